import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../errors.ts';
import type { Channel, OutputStream } from './channel.ts';
import { LostChannel } from './channel.ts';
import { jobLost, lost, lostJob, noJob } from './failures.ts';
import type { Host, JobState, RunOptions, RunResult, TreeEntry } from './host.ts';
import { FOLLOW, followScript, startScript, stateScript } from './jobs.ts';
import type { Elevation, ScriptOptions } from './script.ts';
import { runScript } from './script.ts';
import { treeFailure, treeScript } from './tree.ts';

/** A channel and the way to root over it. */
export interface Session {
  readonly channel: Channel;
  readonly elevation: Elevation;
}

/** Pauses before each attempt to get a lost connection back, in milliseconds: 90 s in all. */
const BACKOFF = [250, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000];

export interface MachineOptions {
  /** Opens a connection like the first one, asking nothing that was answered before. */
  readonly reconnect: () => Promise<Session>;
  readonly log: (line: string) => void;
  readonly backoff?: readonly number[];
}

/** The one implementation of {@link Host}, on any channel. */
export class Machine implements Host {
  readonly name: string;
  private session: Session;
  private readonly options: MachineOptions;
  private closed = false;

  constructor(name: string, session: Session, options: MachineOptions) {
    this.name = name;
    this.session = session;
    this.options = options;
  }

  async run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const output = new Output(options.onOutput);
    const code = await this.script(script, {
      input: options.input,
      signal: options.signal,
      timeout: options.timeout,
      onBytes: output.take,
    }).catch((error) => this.lostIn(error));
    return { code, ...output.end() };
  }

  async putTree(entries: readonly TreeEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { script, input } = treeScript(entries);
    const { code, stderr } = await this.run(script, { input });
    if (code !== 0) throw treeFailure(this.name, code, stderr);
  }

  async startJob(id: string, script: string): Promise<void> {
    const input = Buffer.from(script);
    await this.must(startScript(id, input.length), `start the work "${id}"`, { input });
  }

  async jobState(id: string): Promise<JobState> {
    const state = (await this.must(stateScript(id), `look after the work "${id}"`)).trim();
    if (state === 'none' || state === 'running' || state === 'lost') return { state };
    return { state: 'ended', code: Number(state) };
  }

  async followJob(id: string, options: Pick<RunOptions, 'onOutput' | 'signal'> = {}): Promise<RunResult> {
    const output = new Output(options.onOutput);
    let offset = 0;
    let said = '';
    const attempt = () =>
      this.script(followScript(id, offset), {
        signal: options.signal,
        onBytes: (stream, bytes) => {
          if (stream === 'stderr') {
            said += bytes.toString('utf8');
            return;
          }
          offset += bytes.length;
          output.take('stdout', bytes);
        },
      });
    for (;;) {
      said = '';
      try {
        const code = await attempt();
        const { stdout } = output.end();
        if (code === FOLLOW.none) throw noJob(this.name, id);
        if (code === FOLLOW.lost) throw jobLost(this.name, id, stdout.trimEnd().split('\n').slice(-20));
        if (code !== FOLLOW.ended) throw this.unexpected(`follow the work "${id}"`, said);
        return { code: Number(said), stdout, stderr: '' };
      } catch (error) {
        if (!(error instanceof LostChannel)) throw error;
        this.options.log(`connection lost while following ${id}: ${error.message}`);
        await this.recover(error, options.signal);
      }
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.session.channel.close();
  }

  /**
   * A connection that was lost while nothing ran on it is opened again first: nothing can have been
   * half done by it.
   */
  private async script(script: string, options: ScriptOptions): Promise<number> {
    if (this.session.channel.lost && !this.closed) {
      await this.session.channel.close().catch(() => {});
      this.session = await this.options.reconnect();
    }
    return runScript(this.session.channel, this.session.elevation, this.name, script, options);
  }

  private async recover(cause: LostChannel, signal: AbortSignal | undefined): Promise<void> {
    const backoff = this.options.backoff ?? BACKOFF;
    let why = cause.message;
    await this.session.channel.close().catch(() => {});
    for (const pause of backoff) {
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
      try {
        this.session = await this.options.reconnect();
        this.options.log(`connected to ${this.name} again`);
        return;
      } catch (error) {
        // A machine that comes back with another key or other rights is not a lost connection.
        if (!(error instanceof Failure) || !PASSING.has(error.text.code)) throw error;
        why = error.text.why ?? error.message;
        this.options.log(`could not connect again: ${error.message}`);
      }
    }
    throw lostJob(this.name, backoff.length, why);
  }

  /** Runs one of our own scripts, for which only exit code 0 is an answer. */
  private async must(script: string, purpose: string, options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(script, options);
    if (code !== 0) throw this.unexpected(purpose, stderr);
    return stdout;
  }

  private unexpected(purpose: string, stderr: string): Failure {
    return new Failure({
      code: 'MB-HOST-JOB',
      what: `${this.name} could not ${purpose}.`,
      why: stderr.trim() === '' ? 'It gave no reason.' : stderr.trim(),
      fix: ['Is this a Linux with util-linux (setsid, flock) and a writable /run?'],
    });
  }

  private lostIn(error: unknown): never {
    throw error instanceof LostChannel ? lost(this.name, error.message) : error;
  }
}

/** Failures that another attempt may cure. */
const PASSING: ReadonlySet<string> = new Set([
  'MB-SSH-NAME',
  'MB-SSH-UNREACHABLE',
  'MB-SSH-REFUSED',
  'MB-SSH-TIMEOUT',
  'MB-SSH-PROTOCOL',
  'MB-SSH-LOST',
  'MB-SSH-SESSION',
]);

/** Collects both streams as text; a character that is split between two pieces is put together. */
class Output {
  private readonly text = { stdout: '', stderr: '' };
  private readonly decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  private readonly onOutput: RunOptions['onOutput'];

  constructor(onOutput: RunOptions['onOutput']) {
    this.onOutput = onOutput;
  }

  readonly take = (stream: OutputStream, bytes: Buffer): void => {
    this.add(stream, this.decoders[stream].write(bytes));
  };

  end(): { stdout: string; stderr: string } {
    this.add('stdout', this.decoders.stdout.end());
    this.add('stderr', this.decoders.stderr.end());
    return { ...this.text };
  }

  private add(stream: OutputStream, text: string): void {
    if (text === '') return;
    this.text[stream] += text;
    this.onOutput?.(stream, text);
  }
}
