import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, stopTree, untilAnswers } from '../child-process.ts'
import { processTree } from '../cpu-accounting.ts'
import type { StartProxy } from './proxy.ts'

const VERSION = '1.15.2'
/**
 * The web server library below Portkey. With the one its own range installs (1.19) every stream is answered with 500
 * (https://github.com/Portkey-AI/gateway/issues/1389); 2.0.12 mended that (https://github.com/honojs/node-server/pull/382, both 2026-11-21).
 */
const NODE_SERVER_VERSION = '2.1.5'
const INSTALL_SECONDS_MAX = 180

/** Portkey's open gateway on this same Node, routed by headers (https://portkey.ai/docs/api-reference/inference-api/headers, 2026-11-21). */
export const startPortkey: StartProxy = async ({ upstreamPort }) => {
  const main = installPortkey()
  if (main === undefined)
    return { name: 'portkey', notRun: `npm could not install @portkey-ai/gateway ${VERSION} in ${INSTALL_SECONDS_MAX} s` }
  const port = await freePort()
  const preload = new URL('./portkey-loopback.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--import', preload, main, `--port=${port}`, '--headless'], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production' },
  })
  await untilAnswers(`http://127.0.0.1:${port}/`, { child, seconds: 30 })
  const pid = child.pid ?? 0
  return {
    name: 'portkey',
    version: VERSION,
    target: {
      port,
      path: '/v1/chat/completions',
      headers: {
        authorization: 'Bearer sk-bench',
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
      },
    },
    processes: () => ({ serving: processTree(pid) }),
    stop: () => stopTree(child),
  }
}

/** The program's main file, installed once per machine outside the checkout, without install scripts; undefined when npm fails. */
function installPortkey(): string | undefined {
  const directory = join(tmpdir(), `farebox-bench-portkey-${VERSION}-${NODE_SERVER_VERSION}`)
  const main = join(directory, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  if (existsSync(main)) return main
  mkdirSync(directory, { recursive: true })
  const manifest = { private: true, overrides: { '@hono/node-server': NODE_SERVER_VERSION } }
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest))
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const done = spawnSync('npm', ['install', ...flags, `@portkey-ai/gateway@${VERSION}`], {
    cwd: directory,
    stdio: 'ignore',
    timeout: INSTALL_SECONDS_MAX * 1000,
  })
  return done.status === 0 && existsSync(main) ? main : undefined
}
