import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { Socket } from 'node:net'
import { certificateFor } from './certificate.ts'

/** Whom a connection is made to: what is dialled, and what the certificate has to say. */
type Dialled = { readonly name: string; readonly address: string }
type Dial = (to: Dialled, onDialled: (thrown: Error | null, socket: Socket | null) => void) => void

/** An internet of one server: every name is answered by `addressesOf`, every address leads to the server, and what was dialled is kept. */
export type SimOutside = {
  readonly resolve: (name: string) => Promise<readonly string[]>
  readonly dial: Dial
  readonly dialled: readonly Dialled[]
  readonly close: () => void
}

/** How the server answers, and what names come to. `dialPort` makes connections with TLS to a port, as whoever is tried does it. */
export type SimOutsideOptions = {
  readonly dialPort: (port: number, trusted: string) => Dial
  readonly answer: RequestListener
  readonly addressesOf: (name: string) => readonly string[] | Promise<readonly string[]>
  /** The name that the server's certificate is for; `*.pictures.org` when left out. */
  readonly certified?: string
  /** Whether connections say that they lead where they were meant to lead; true when left out. */
  readonly isHonest?: boolean
}

/** Names that the certificate of the fake is for. */
export const PICTURES = 'www.pictures.org'

/** Starts the server, with TLS as it would be outside. */
export async function startSimOutside({
  dialPort,
  answer,
  addressesOf,
  certified = '*.pictures.org',
  isHonest = true,
}: SimOutsideOptions): Promise<SimOutside> {
  const certificate = certificateFor(certified)
  const server = createServer(certificate, answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const dial = dialPort(typeof address === 'object' && address !== null ? address.port : 0, certificate.cert)
  const dialled: Dialled[] = []
  return {
    dialled,
    resolve: async (name) => await addressesOf(name),
    dial: (to, onDialled) => {
      dialled.push(to)
      dial({ ...to, address: '127.0.0.1' }, (thrown, socket) => {
        if (thrown === null && socket !== null && isHonest) unsafeClaim(socket, to.address)
        onDialled(thrown, socket)
      })
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const unsafeClaim = (socket: Socket, address: string): void => void Object.defineProperty(socket, 'remoteAddress', { value: address })
