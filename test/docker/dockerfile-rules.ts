/** The project's own rules for a Dockerfile, as a pure function over its text; dockerfilelint knows the general ones. */

interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** Instructions with their continuation lines joined, comments left out. */
function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  return joined.map((line) => {
    const [name = '', ...rest] = line.trim().split(/\s+/);
    return { name: name.toUpperCase(), value: rest.join(' ') };
  });
}

export function brokenRules(text: string): string[] {
  const all = instructionsOf(text);
  const values = (name: string): string[] => all.filter((one) => one.name === name).map((one) => one.value);
  const broken: string[] = [];
  const demand = (kept: boolean, rule: string): void => void (kept || broken.push(rule));

  const images = values('FROM').map((value) => value.split(' ')[0] ?? '');
  demand(images.length >= 2, 'more than one stage');
  demand(
    images.every((image) => /:[\w.-]+$/.test(image) && !image.endsWith(':latest')),
    'every base has a tag other than latest',
  );
  const last = all.slice(all.map((one) => one.name).lastIndexOf('FROM'));
  const users = last.filter((one) => one.name === 'USER').map((one) => one.value);
  demand(users.length > 0 && !/^(root|0)\b/.test(users.at(-1) ?? 'root'), 'the last user is unprivileged');
  const health = values('HEALTHCHECK').join();
  demand(/CMD/.test(health) && !/NONE/.test(health), 'there is a health check');
  demand(!/\b(curl|wget)\b/.test(health), 'the health check needs no package');
  demand(
    last.some((one) => one.name === 'CMD' && one.value === '["node", "dist/main.js"]'),
    'node itself is the process',
  );
  const copies = values('COPY');
  const lock = copies.findIndex((value) => value.includes('package-lock.json'));
  const sources = copies.findIndex((value) => /(^|\s)(\.\/)?(src|\.)\s/.test(value));
  demand(lock >= 0 && sources > lock, 'the lock file is copied before the sources');
  const runs = values('RUN').join('\n');
  demand(/npm ci\b/.test(runs) && !/npm (i|install)\b/.test(runs), 'packages come from the lock file');
  demand(!/sudo|apt-get|--force/.test(runs), 'nothing else is installed');
  demand(values('ADD').length === 0, 'COPY, not ADD');
  demand(!/TOKEN=/.test(values('ENV').join() + values('ARG').join()), 'no token in the image');
  return broken;
}
