/** Dark or light: as the system has it, until a person chooses. */
import { effect, signal } from '@preact/signals';
import type { Theme } from '../map/palette.js';

const KEY = 'rampart-theme';
const system = matchMedia('(prefers-color-scheme: light)');

const chosen = localStorage.getItem(KEY);
export const theme = signal<Theme>(chosen === 'dark' || chosen === 'light' ? chosen : system.matches ? 'light' : 'dark');

system.addEventListener('change', ({ matches }) => {
  if (localStorage.getItem(KEY) === null) theme.value = matches ? 'light' : 'dark';
});

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, theme.value);
}
