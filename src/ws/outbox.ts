/** What one turn writes to one socket: a bounded piece, gathered and then written at once. */
import type { Socket } from 'node:net';
import { textFrame } from './text-frame.js';

export class Outbox {
  private readonly pieces: Buffer[] = [];
  private gathered = 0;
  private eventsIn = 0;

  constructor(private readonly bytesMax: number) {}

  get bytes(): number {
    return this.gathered;
  }

  get events(): number {
    return this.eventsIn;
  }

  get isFull(): boolean {
    return this.gathered >= this.bytesMax;
  }

  addEvents(bytes: Buffer, events: number): void {
    this.pieces.push(bytes);
    this.gathered += bytes.length;
    this.eventsIn += events;
  }

  addText(text: string): void {
    this.addEvents(textFrame(text), 0);
  }

  writeTo(socket: Socket): void {
    if (this.pieces.length === 1) {
      socket.write(this.pieces[0]);
      return;
    }
    socket.cork();
    for (const piece of this.pieces) socket.write(piece);
    socket.uncork();
  }
}
