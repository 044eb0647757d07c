/** The image's health check: 0 where the service answers 200 to /healthz on its own port. */
const url = `http://127.0.0.1:${process.env.RAMPART_PORT ?? '7670'}/healthz`;
const healthy = await fetch(url, { signal: AbortSignal.timeout(2500) }).then(
  (reply) => reply.ok,
  () => false,
);
process.exit(healthy ? 0 : 1);
