"""Two people with invitations and matrix-nio: they register with their tokens and talk encrypted, with its own cryptography
(vodozemac). Server and tokens as JSON on standard input, a line for each thing proved."""

import asyncio
import json
import sys
import tempfile

from nio import (
    AsyncClient,
    AsyncClientConfig,
    EnableEncryptionBuilder,
    JoinResponse,
    KeysUploadResponse,
    RegisterResponse,
    RoomCreateResponse,
    RoomMessagesResponse,
    RoomMessageText,
    RoomSendResponse,
    SyncResponse,
)

PASSWORD = "a long sentence of somebody"


def proved(what, reply, kind):
    if not isinstance(reply, kind):
        raise SystemExit(f"{what}: {reply}")
    print(what, flush=True)
    return reply


class Person:
    """A device of somebody, and all texts that it could read."""

    def __init__(self, base_url):
        config = AsyncClientConfig(encryption_enabled=True)
        self.client = AsyncClient(base_url, store_path=tempfile.mkdtemp(), config=config)
        self.texts = []
        self.client.add_event_callback(lambda _, event: self.texts.append(event.body), RoomMessageText)

    async def register(self, name, token):
        reply = await self.client.register_with_token(name, PASSWORD, token)
        proved(f"{name} registers with a token", reply, RegisterResponse)
        proved(f"{name} publishes keys", await self.client.keys_upload(), KeysUploadResponse)
        await self.sync()

    async def sync(self):
        reply = await self.client.sync(timeout=1000, full_state=self.client.next_batch == "")
        if not isinstance(reply, SyncResponse):
            raise SystemExit(f"sync: {reply}")
        if self.client.should_query_keys:
            await self.client.keys_query()

    async def until(self, what, holds):
        for _ in range(30):
            if holds():
                print(what, flush=True)
                return
            await self.sync()
        raise SystemExit(f"not seen: {what}; texts {self.texts}")

    async def say(self, room, text):
        content = {"msgtype": "m.text", "body": text}
        reply = await self.client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)
        proved(f"{self.client.user_id} says something", reply, RoomSendResponse)


async def main():
    told = json.load(sys.stdin)
    alice, carol = Person(told["baseUrl"]), Person(told["baseUrl"])
    try:
        await alice.register(told["names"][0], told["tokens"][0])
        await carol.register(told["names"][1], told["tokens"][1])
        encrypted = [EnableEncryptionBuilder().as_dict()]
        reply = await alice.client.room_create(invite=[carol.client.user_id], initial_state=encrypted)
        room = proved("an encrypted room is created", reply, RoomCreateResponse).room_id
        await carol.until("the invitation comes", lambda: room in carol.client.invited_rooms)
        proved("the invitation is taken", await carol.client.join(room), JoinResponse)
        members = lambda: alice.client.rooms[room].users if room in alice.client.rooms else {}
        await alice.until("the member is seen", lambda: carol.client.user_id in members())
        await carol.until("the room is seen", lambda: room in carol.client.rooms)
        await alice.say(room, "from nio, encrypted")
        await carol.until("the message is read", lambda: "from nio, encrypted" in carol.texts)
        await carol.say(room, "and back")
        await alice.until("the answer is read", lambda: "and back" in alice.texts)
        await carol.until("the own answer comes back", lambda: "and back" in carol.texts)
        reply = await carol.client.room_messages(room, start=carol.client.next_batch, limit=20)
        chunk = proved("history is fetched", reply, RoomMessagesResponse).chunk
        read = [(event.body, event.decrypted) for event in chunk if isinstance(event, RoomMessageText)]
        if read != [("and back", True), ("from nio, encrypted", True)]:
            raise SystemExit(f"read {read}")
        print("two people of another make read each other, and the server has only what it cannot read")
    finally:
        await alice.client.close()
        await carol.client.close()


asyncio.run(main())
