import { connect as connectSocket } from 'node:net'
import { type Database, sql } from '../../db/index.ts'
import { errorCode } from '../../lib/index.ts'
import { type Finding, plain } from './finding.ts'

const CONNECT_MS_MAX = 5_000
const AT_ONCE = 100

/** Whether each upstream takes a connection; nothing is sent, so no key and no word leaves. */
export async function checkUpstreams(database: Database): Promise<readonly Finding[]> {
  const upstreams = await database.query<{ id: string; base_url: string }>(
    sql`select id, base_url from upstream where is_active order by id limit ${AT_ONCE}`,
  )
  const codes = await Promise.all(upstreams.map(({ base_url: url }) => tryConnect(new URL(url))))
  return upstreams.map(({ id }, index) => {
    const code = codes[index]
    if (code === undefined) return plain('ok', 'upstreams', `${id} takes connections`)
    return plain(
      'warning',
      'upstreams',
      `${id} takes none (${code}); check its base_url, the firewall (farebox egress) and its status page`,
    )
  })
}

/** Undefined when a connection was made, else why not. */
const tryConnect = ({ hostname, port, protocol }: URL): Promise<string | undefined> =>
  new Promise((resolve) => {
    const usual = protocol === 'http:' ? 80 : 443
    const socket = connectSocket({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? usual : Number(port),
      timeout: CONNECT_MS_MAX,
    })
    const end = (code: string | undefined): void => {
      socket.destroy()
      resolve(code)
    }
    socket.once('connect', () => end(undefined))
    socket.once('timeout', () => end('ETIMEDOUT'))
    socket.once('error', (error) => end(errorCode(error)))
  })
