/** Where one is: kept behind the # of the address, so that every view has a link and the service needs to know only one page. */
import { signal } from '@preact/signals';

export type Route =
  | { readonly view: 'vms' }
  | { readonly view: 'vm'; readonly id: string; readonly gpa: string | null }
  | { readonly view: 'scenarios'; readonly name: string | null };

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [view, name] = path.split('/').map(decodeURIComponent);
  switch (view) {
    case 'vms':
      return name === undefined || name === '' ? { view: 'vms' } : { view: 'vm', id: name, gpa: new URLSearchParams(query).get('gpa') };
    case 'scenarios':
      return { view: 'scenarios', name: name ?? null };
    default:
      return { view: 'vms' };
  }
}

export function linkTo(route: Route): string {
  switch (route.view) {
    case 'vm':
      return `#/vms/${encodeURIComponent(route.id)}${route.gpa === null ? '' : `?gpa=${route.gpa}`}`;
    case 'scenarios':
      return route.name === null ? '#/scenarios' : `#/scenarios/${encodeURIComponent(route.name)}`;
    case 'vms':
      return `#/${route.view}`;
  }
}

export const route = signal(readRoute(location.hash));

export function go(to: Route): void {
  location.hash = linkTo(to);
}

/** The same view with another detail: no step of its own in the browser's history. */
export function refine(to: Route): void {
  history.replaceState(null, '', linkTo(to));
  route.value = to;
}

addEventListener('hashchange', () => (route.value = readRoute(location.hash)));
