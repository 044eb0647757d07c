/** Tickets: good once, for a time, and never too many. */
import { expect, test } from 'vitest';
import { StreamTickets } from '../../src/service/stream-tickets.js';
import { ManualClock } from '../support/manual-clock.js';

function bench(ticketsMax = 3) {
  const clock = new ManualClock();
  return { clock, tickets: new StreamTickets(clock, { ticketsMax, ticketMs: 1000 }) };
}

test('a ticket is good once, and a guess is good never', () => {
  const { tickets } = bench();
  const ticket = tickets.issue() ?? '';
  expect(ticket).toMatch(/^[\w-]{43}$/);
  expect(tickets.redeem('')).toBe(false);
  expect(tickets.redeem(`${ticket.slice(0, -1)}~`)).toBe(false);
  expect(tickets.redeem(ticket)).toBe(true);
  expect(tickets.redeem(ticket)).toBe(false);
});

test('it is good until its time is over, and not at that moment', () => {
  const { tickets, clock } = bench();
  const [first, second] = [tickets.issue() ?? '', tickets.issue() ?? ''];
  clock.advance(999);
  expect(tickets.redeem(first)).toBe(true);
  clock.advance(1);
  expect(tickets.redeem(second)).toBe(false);
});

test('there are as many as the limit allows, until one is used or ends', () => {
  const { tickets, clock } = bench(2);
  const first = tickets.issue() ?? '';
  clock.advance(500);
  expect(tickets.issue()).not.toBeNull();
  expect(tickets.issue()).toBeNull();
  expect(tickets.redeem(first)).toBe(true);
  expect(tickets.issue()).not.toBeNull();
  expect(tickets.issue()).toBeNull();
  clock.advance(1000);
  expect(tickets.issue()).not.toBeNull();
  expect(tickets.size).toBe(1);
});

test('no two are alike', () => {
  const { tickets } = bench(1000);
  expect(new Set(Array.from({ length: 1000 }, () => tickets.issue())).size).toBe(1000);
});
