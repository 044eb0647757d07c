/** The folder of scenarios that comes with the program: files `<name>.yaml`, read when they are first asked for. */
import { readdirSync, readFileSync } from 'node:fs';

export class ScenarioFolder {
  private listed: readonly string[] | undefined;

  constructor(private readonly folder: URL) {}

  /** Sorted. */
  names(): readonly string[] {
    this.listed ??= readdirSync(this.folder)
      .flatMap((file) => /^([a-z0-9-]{1,64})\.yaml$/.exec(file)?.[1] ?? [])
      .toSorted();
    return this.listed;
  }

  /** Text of one that `names` has. */
  text(name: string): string {
    return readFileSync(new URL(`${name}.yaml`, this.folder), 'utf8');
  }
}
