/** Which methods a path has, for the answers 404 and 405. */
import type { Route } from './route.js';

/** None: nothing is there. HEAD goes wherever GET does. */
export function allowedMethods(routes: readonly Route[], path: string): readonly string[] {
  const methods = routes
    .filter((route) => matches(route.path, path))
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...new Set(methods)];
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]));
}
