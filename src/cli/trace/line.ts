/**
 * A line of a trace as `trace-cmd report`, `perf script` and the file `trace` of tracefs print it, or of QEMU's log of its own trace
 * events. They differ in what stands before the event: task and pid, CPU, flags of the interrupt state, time.
 */
export interface TraceLine {
  readonly event: string;
  /** What the event prints, by the name before each value; `what` has it all. */
  readonly fields: ReadonlyMap<string, string>;
  readonly what: string;
}

const KERNEL = /^\s*\S.*?\s+(?:\[\d+\]\s+)?(?:\S{4,6}\s+)?\d+\.\d+:\s+(?:\w+:)?(\w+):\s*(.*)$/;
const QEMU = /^\s*(?:\d+@\d+\.\d+:)?(kvm_\w+) (start 0x.*)$/;

/** null: the line is of no event. */
export function parseTraceLine(text: string): TraceLine | null {
  const kernel = KERNEL.exec(text);
  // QEMU writes its events into the kernel's trace as marks.
  const marked = kernel?.[1] === 'tracing_mark_write' || kernel?.[1] === 'print' ? (kernel[2] ?? '').replace(/^(\w+: )?/, '') : null;
  const [, event, what] = QEMU.exec(marked ?? text) ?? kernel ?? [];
  return event === undefined || what === undefined ? null : { event, what, fields: fieldsOf(what) };
}

/** `vcpu 0 rip 0x10`, `address=0x10`, `vcpu 0, gpa 10`: all three forms are printed. */
function fieldsOf(what: string): ReadonlyMap<string, string> {
  return new Map([...what.matchAll(/([a-z_]\w*)[ =]([^\s,\]]+)/g)].map(([, name = '', value = '']) => [name, value]));
}

/** Hex digits with or without 0x, as the kernel prints them with `%llx`; null where the field is missing or no number. */
export function hexField({ fields }: TraceLine, name: string): bigint | null {
  const value = fields.get(name);
  return value !== undefined && /^(0x)?[0-9a-f]{1,16}$/.test(value) ? BigInt(value.startsWith('0x') ? value : `0x${value}`) : null;
}
