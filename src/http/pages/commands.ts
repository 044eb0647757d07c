/** Three commands to paste: they go through the main job and are printed at the start, on the page and in the README. */

export interface PasteCommand {
  readonly what: string;
  readonly command: string;
}

/** With a token, each says where it goes. */
export function commandsToPaste(url: string, access: 'open' | 'token'): readonly PasteCommand[] {
  const token = access === 'token' ? ` -H "authorization: Bearer $RAMPART_TOKEN"` : '';
  const json = `${token} -H 'content-type: application/json'`;
  const options = access === 'token' ? ", { headers: { authorization: 'Bearer ' + process.env.RAMPART_TOKEN } }" : '';
  const stream = `${url.replace(/^http/, 'ws')}/v1/stream?after=oldest`;
  return [
    {
      what: 'make a VM with one 2M page that is private but for page 7, and keep its id',
      command: [
        `VM=$(curl -s ${url}/v1/vms${json} -d '{"onSigbus":"report"}' | grep -o 'vm-[0-9a-z]*' | head -1)`,
        `curl -s ${url}/v1/vms/$VM/page-state-changes${json} -d '{"entries":[{"gpa":"0x200000","pageSize":"2M","operation":"private"},{"gpa":"0x207000","operation":"shared"}]}'`,
      ].join('\n'),
    },
    {
      what: 'write to page 7 as the hypervisor: #PF, PAGE_SPLIT, done',
      command: `curl -s ${url}/v1/vms/$VM/hypervisor-writes${json} -d '{"gpa":"0x207000","size":64}'`,
    },
    {
      what: 'watch the events of all VMs on a WebSocket',
      command: `node -e "import('ws').then(({ WebSocket }) => new WebSocket('${stream}'${options}).on('message', (event) => console.log(String(event))))"`,
    },
  ];
}

/** What a person sees who has started the service. */
export function welcomeText(version: string, url: string, access: 'open' | 'token'): string {
  const commands = commandsToPaste(url, access).map(({ what, command }) => `# ${what}\n${command}`);
  return [`Rampart ${version} listens on ${url}`, `The page: ${url}/`, `The API, for reading: ${url}/docs`, '', ...commands, ''].join('\n');
}
