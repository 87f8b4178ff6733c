import { connect, createServer, type Socket } from 'node:net'

/** What lies between a server and its Valkey: it lets all through, lets answers wait, answers what nobody asked, or takes nobody. */
export const DOOR_MANNERS = ['open', 'slow', 'nonsense', 'shut'] as const
export type DoorManner = (typeof DOOR_MANNERS)[number]

/** A door to a Valkey; `behave` holds for what comes from then on, on connections that are there already too. */
export type ValkeyDoor = {
  readonly url: string
  readonly behave: (manner: DoorManner) => void
  /** Has connections that are made from then on lead to another port. */
  readonly lead: (port: number) => void
  readonly stop: () => Promise<void>
}

const SLOW_MS = 5_000
/** Answers of types that no command of ours has: a map, a push, a set. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/ (2026-11-27). */
const NONSENSE = ['%1\r\n+a\r\n:1\r\n', '*2\r\n$1\r\nx\r\n*-1\r\n', '$-1\r\n', ':-9223372036854775808\r\n']

/** Opens a door to the Valkey at a URL. */
export async function openValkeyDoor(url: string): Promise<ValkeyDoor> {
  const behind = new URL(url)
  const state = { manner: 'open' as DoorManner, answers: 0, port: Number(behind.port) }
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    if (state.manner === 'shut') return void socket.destroy()
    const valkey = connect(state.port, behind.hostname)
    for (const [one, other] of [[socket, valkey] as const, [valkey, socket] as const]) {
      open.add(one)
      one.on('error', () => one.destroy())
      one.once('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
    socket.on('data', (bytes: Buffer) => valkey.write(bytes))
    valkey.on('data', (bytes: Buffer) => {
      if (state.manner === 'slow') setTimeout(() => socket.destroyed || socket.write(bytes), SLOW_MS)
      else if (state.manner === 'nonsense') socket.write(NONSENSE[state.answers++ % NONSENSE.length] ?? '')
      else socket.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const here = new URL(url)
  here.port = String(typeof address === 'object' && address !== null ? address.port : 0)
  const cut = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: here.href,
    behave: (manner) => {
      state.manner = manner
      if (manner === 'shut') cut()
    },
    lead: (port) => {
      state.port = port
    },
    stop: async () => {
      cut()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
