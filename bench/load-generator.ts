/**
 * The load, made where the operator is: `node load-generator.ts` with one task as JSON on standard input; its result
 * as JSON on standard output. It makes requests to the server named in the task and ends by itself.
 */
import { type MediaTask, media } from './load/media.ts';
import { type ReadingTask, reading } from './load/reading.ts';
import {
  type JoinTask,
  joinAll,
  type LargeRoomTask,
  type LeaveTask,
  leaveAll,
  makeLargeRoom,
  makeRooms,
  type RoomsTask,
} from './load/rooms.ts';
import { type TrafficTask, traffic } from './load/traffic.ts';

type Task = RoomsTask | JoinTask | LeaveTask | LargeRoomTask | TrafficTask | ReadingTask | MediaTask;

async function perform(task: Task): Promise<object> {
  switch (task.task) {
    case 'rooms':
      return makeRooms(task);
    case 'join':
      return joinAll(task);
    case 'leave':
      return leaveAll(task);
    case 'large-room':
      return makeLargeRoom(task);
    case 'traffic':
      return traffic(task);
    case 'reading':
      return reading(task);
    case 'media':
      return media(task);
  }
}

let text = '';
for await (const chunk of process.stdin) text += chunk;
console.log(JSON.stringify(await perform(JSON.parse(text) as Task)));
