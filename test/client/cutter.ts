/** A relay that passes on so many bytes of each connection and then cuts it. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

export interface Cutter {
  /** Host and port. */
  readonly url: string;
  close(): void;
}

export async function startCutter(port: number, bytes: number): Promise<Cutter> {
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let left = bytes;
    upstream.on('data', (data) => {
      client.write(data.subarray(0, left));
      left -= data.length;
      if (left > 0) return;
      upstream.destroy();
      client.destroySoon();
    });
    client.pipe(upstream);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroySoon());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close(),
  };
}
