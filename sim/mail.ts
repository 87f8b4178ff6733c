import net, { type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/** A mail as a server took it; `raw` has header and body, lines ended by \n. */
export type TakenMail = { readonly from: string; readonly to: readonly string[]; readonly raw: string }

/** A mail server that keeps what it takes; `refuses` makes it refuse every recipient, with the words of `refusal`, and what it took it says so much later. */
export type SimMail = {
  readonly port: number
  readonly mails: readonly TakenMail[]
  refuses: boolean
  refusal: string
  takenMs: number
  readonly stop: () => Promise<void>
}

/** Starts a mail server on this machine, without encryption and for everybody. Source: RFC 5321 §4.1 (2008-10). */
export async function startSimMail(): Promise<SimMail> {
  const mails: TakenMail[] = []
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    void converse(socket, sim, mails)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  const sim: SimMail = {
    port: (server.address() as AddressInfo).port,
    mails,
    refuses: false,
    refusal: '550 no such person',
    takenMs: 0,
    stop,
  }
  return sim
}

async function converse(socket: net.Socket, sim: SimMail, mails: TakenMail[]): Promise<void> {
  const say = (line: string): void => void socket.write(`${line}\r\n`)
  let [from, to, raw]: [string, string[], string[] | undefined] = ['', [], undefined]
  say('220 sim')
  for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (raw !== undefined && line !== '.') raw.push(line.replace(/^\.\./, '.'))
    else if (raw !== undefined) {
      mails.push({ from, to, raw: raw.join('\n') })
      ;[from, to, raw] = ['', [], undefined]
      await delay(sim.takenMs)
      say('250 taken')
    } else if (/^(?:EHLO|HELO|NOOP|RSET)\b/i.test(line)) say('250 sim')
    else if (/^MAIL FROM:/i.test(line)) {
      from = inAngles(line)
      say('250 ok')
    } else if (/^RCPT TO:/i.test(line)) {
      if (!sim.refuses) to = [...to, inAngles(line)]
      say(sim.refuses ? sim.refusal : '250 ok')
    } else if (/^DATA\b/i.test(line)) {
      raw = []
      say('354 go on')
    } else if (/^QUIT\b/i.test(line)) {
      say('221 bye')
      socket.end()
    } else say('502 not here')
  }
}

const inAngles = (line: string): string => /<([^>]*)>/.exec(line)?.[1] ?? ''
