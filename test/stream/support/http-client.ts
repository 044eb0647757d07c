/** Reading events over HTTP: pages, lines, server-sent events. */
import { get, type IncomingMessage } from 'node:http';
import type { EventObject } from '../validators.js';
import type { TestService } from './test-service.js';

export interface Page {
  readonly events: EventObject[];
  readonly next: string;
  readonly head: number;
  readonly oldest: number;
}

export interface Answer<T> {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: T;
}

export async function ask<T>({ url }: TestService, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer<T>> {
  const response = await fetch(`http://${url}${path}`, { headers });
  const body = (await response.json()) as T;
  return { status: response.status, type: response.headers.get('content-type') ?? '', headers: response.headers, body };
}

/** All pages from a place to the head. */
export async function readPages(service: TestService, path: string, after: string, limit: number): Promise<EventObject[]> {
  const events: EventObject[] = [];
  for (let cursor = after; ; ) {
    const { body } = await ask<Page>(service, `${path}?after=${cursor}&limit=${limit}`);
    events.push(...body.events);
    if (body.next === cursor || body.next === `e1.${body.head}`) return events;
    cursor = body.next;
  }
}

export async function readLines(service: TestService, path: string): Promise<EventObject[]> {
  const response = await fetch(`http://${service.url}${path}`, { headers: { accept: 'application/x-ndjson' } });
  return linesOf(await response.text());
}

export function linesOf(text: string): EventObject[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as EventObject);
}

export interface SentEvent {
  readonly id: string | null;
  readonly data: EventObject | null;
  readonly comment: string | null;
}

/** An answer that has no end, read as it comes. */
export class LiveAnswer {
  text = '';
  readonly ended: Promise<void>;
  private readonly waiting = new Set<() => void>();

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (data: string) => {
      this.text += data;
      this.tell();
    });
    response.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      response.once('close', () => {
        resolve();
        this.tell();
      });
    });
  }

  static async open({ url }: TestService, path: string, headers: Readonly<Record<string, string>>): Promise<LiveAnswer> {
    return new Promise((resolve, reject) => {
      get(`http://${url}${path}`, { headers }, (response) => {
        resolve(new LiveAnswer(response));
      }).once('error', reject);
    });
  }

  static async sse(service: TestService, path: string, headers: Readonly<Record<string, string>> = {}): Promise<LiveAnswer> {
    return LiveAnswer.open(service, path, { accept: 'text/event-stream', ...headers });
  }

  static async follow(service: TestService, path: string): Promise<LiveAnswer> {
    return LiveAnswer.open(service, path, { accept: 'application/x-ndjson' });
  }

  get sent(): SentEvent[] {
    const blocks = this.text.split('\n\n').slice(0, -1);
    return blocks.map((block) => {
      const field = (name: string): string | null =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2) ?? null;
      const data = field('data');
      return { id: field('id'), data: data === null ? null : (JSON.parse(data) as EventObject), comment: field('') };
    });
  }

  get sentEvents(): EventObject[] {
    return this.sent.flatMap(({ data }) => (data === null ? [] : [data]));
  }

  get lines(): EventObject[] {
    return linesOf(this.text.slice(0, this.text.lastIndexOf('\n') + 1));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.response.destroyed) throw new Error(`the answer ended after ${this.text.slice(-200)}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  close(): void {
    this.response.destroy();
  }

  private tell(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}
