/** Hints are half sentences: they begin small and end without a full stop, from whatever layer they come. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** The texts of a call of `reject` or `refuse`, or of a member called hint or detail, that look like a sentence. */
function sentencesIn(source: string): string[] {
  const calls = source.matchAll(/\b(?:reject|refuse|streamRefusal)\(([^;]*?)\)(?=;|\s*[,?:)])/g);
  const members = source.matchAll(/\b(?:hint|detail): ('[^'\n]*'|`[^`\n]*`)/g);
  const texts = [...calls, ...members].flatMap(([, text = '']) =>
    [...text.matchAll(/(['`])((?:(?!\1).)*)\1/g)].map(([, , words = '']) => words),
  );
  return texts.filter((words) => /^[A-Z][a-z]+ /.test(words) || /[a-z)]\.$/.test(words));
}

test('the check finds a sentence', () => {
  expect(sentencesIn(`return reject('limit-exceeded', '/size', 'too much', 'Split it.');`)).toEqual(['Split it.']);
  expect(sentencesIn(`const r = { detail: 'all is lost', hint: 'Go home' };`)).toEqual(['Go home']);
  expect(sentencesIn(`return refuse('x', '', 'the VM is gone', \`use \${n} or less\`);`)).toEqual([]);
});

test('no detail and no hint is one', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap((file) => sentencesIn(readFileSync(`${SRC}/${file}`, 'utf8')).map((words) => `${file}: ${words}`));
  expect(found).toEqual([]);
});
