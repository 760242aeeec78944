"""Two people talk with matrix-nio: accounts as JSON on standard input, a line for each thing proved."""

import asyncio
import json
import sys

from nio import (
    AsyncClient,
    JoinResponse,
    LoginResponse,
    RoomCreateResponse,
    RoomInviteResponse,
    RoomMessagesResponse,
    RoomSendResponse,
    SyncResponse,
)
from nio.api import RoomVisibility


def proved(what, reply, kind):
    if not isinstance(reply, kind):
        raise SystemExit(f"{what}: {reply}")
    print(what, flush=True)
    return reply


async def person(account):
    client = AsyncClient(account["baseUrl"], f"@{account['user']}:{account['domain']}")
    proved(f"{account['user']} logs in", await client.login(account["password"]), LoginResponse)
    return client


async def main():
    accounts = json.load(sys.stdin)
    alice, carol = await person(accounts["alice"]), await person(accounts["carol"])
    try:
        reply = await alice.room_create(visibility=RoomVisibility.private, name="nio")
        room = proved("a room is created", reply, RoomCreateResponse).room_id
        proved("somebody is invited", await alice.room_invite(room, carol.user_id), RoomInviteResponse)
        await carol.sync(timeout=3000)
        proved("the invitation is taken", await carol.join(room), JoinResponse)
        await carol.sync(timeout=3000, full_state=True)
        for number in range(5):
            content = {"msgtype": "m.text", "body": f"number {number}"}
            proved("a message is sent", await alice.room_send(room, "m.room.message", content), RoomSendResponse)
        seen = []
        for _ in range(20):
            reply = await carol.sync(timeout=1000)
            joined = proved("a sync", reply, SyncResponse).rooms.join
            if room in joined:
                seen += [event.body for event in joined[room].timeline.events if hasattr(event, "body")]
            if len(seen) >= 5:
                break
        if seen != [f"number {number}" for number in range(5)]:
            raise SystemExit(f"seen {seen}")
        reply = await carol.room_messages(room, start=carol.next_batch, limit=20)
        read = [event.body for event in proved("history is read", reply, RoomMessagesResponse).chunk if hasattr(event, "body")]
        if read[:5] != [f"number {number}" for number in reversed(range(5))]:
            raise SystemExit(f"read {read}")
        print("all five messages were seen and read back")
    finally:
        await alice.close()
        await carol.close()


asyncio.run(main())
