/** `rampart completion SHELL`: a script that completes commands and options, made from the commands themselves. */
import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A command by its words after the program's name, and what may follow. */
interface Place {
  readonly path: string;
  readonly words: readonly string[];
  readonly options: readonly { readonly flag: string; readonly description: string; readonly choices: readonly string[] }[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
}

function placesOf(command: Command, path: readonly string[] = []): Place[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).map((option) => ({
    flag: option.long ?? option.short ?? '',
    description: option.description,
    choices: option.argChoices ?? [],
  }));
  const commands = help.visibleCommands(command).map((one) => ({ name: one.name(), description: one.description() }));
  const words = [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)];
  const inner = command.commands.flatMap((one) => placesOf(one, [...path, one.name()]));
  return [{ path: path.join(' '), words, options, commands }, ...inner];
}

export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program);
  return shell === 'fish' ? fish(program.name(), places) : shell === 'zsh' ? zsh(program.name(), places) : bash(program.name(), places);
}

/** What the words before the cursor come to: the longest command that they name, and the option that wants a value. */
const cases = (places: readonly Place[], set: (words: readonly string[]) => string): string =>
  places
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ path, words }) => `    ${path === '' ? '*' : `"${path}"|"${path} "*`}) ${set(words)} ;;`)
    .join('\n');

const values = (places: readonly Place[], set: (words: readonly string[]) => string): string => {
  const byFlag = new Map<string, ReadonlySet<string>>();
  for (const { flag, choices } of places.flatMap(({ options }) => options)) {
    if (choices.length > 0) byFlag.set(flag, new Set([...(byFlag.get(flag) ?? []), ...choices]));
  }
  return [...byFlag].map(([flag, choices]) => `    ${flag}) ${set([...choices])}; return ;;`).join('\n');
};

function bash(name: string, places: readonly Place[]): string {
  const set = (words: readonly string[]): string => `COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word"))`;
  return `# source <(${name} completion bash)
_${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  case "$before" in
${values(places, set)}
  esac
  case "\${COMP_WORDS[*]:1:COMP_CWORD-1}" in
${cases(places, set)}
  esac
}
complete -o default -F _${name} ${name}
`;
}

function zsh(name: string, places: readonly Place[]): string {
  const set = (words: readonly string[]): string => `compadd -- ${words.join(' ')}`;
  return `#compdef ${name}
# ${name} completion zsh > "\${fpath[1]}/_${name}"
_${name}() {
  case "\${words[CURRENT-1]}" in
${values(places, set)}
  esac
  case "\${words[2,CURRENT-1]}" in
${cases(places, set)}
  esac
}
compdef _${name} ${name}
`;
}

function fish(name: string, places: readonly Place[]): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = places.flatMap(({ path, options, commands }) => {
    const [first, second] = path.split(' ');
    const seen = [first, second].filter((word) => word !== undefined && word !== '').map((word) => `__fish_seen_subcommand_from ${word}`);
    const inner = commands.map((one) => one.name).join(' ');
    const notYet = path === '' ? ['__fish_use_subcommand'] : inner === '' ? [] : [`not __fish_seen_subcommand_from ${inner}`];
    const condition = quoted([...seen, ...notYet].join('; and '));
    return [
      ...commands.map((one) => `complete -c ${name} -f -n ${condition} -a ${one.name} -d ${quoted(one.description)}`),
      ...options.map(({ flag, description, choices }) => {
        const value = choices.length === 0 ? '' : ` -x -a ${quoted(choices.join(' '))}`;
        return `complete -c ${name} -n ${condition} -l ${flag.slice(2)}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return `# ${name} completion fish > ~/.config/fish/completions/${name}.fish\n${lines.join('\n')}\n`;
}
