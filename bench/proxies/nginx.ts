import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificateFor } from '../../sim/index.ts'
import { freePort, stopTree, untilAnswers } from '../child-process.ts'
import { processTree } from '../cpu-accounting.ts'
import type { StartProxy } from './proxy.ts'

/** nginx as a pass-through with keep-alive on both sides: the least that a proxy can cost here. Debian: apt-get install nginx-light. */
export const startNginx: StartProxy = async ({ upstreamPort, directory }) => {
  const probe = spawnSync('nginx', ['-v'], { encoding: 'utf8', env: withSbin(), timeout: 5000 })
  if (probe.status !== 0) return { name: 'nginx', notRun: 'nginx is not installed' }
  const [port, securePort] = [await freePort(), await freePort()]
  const { cert, key } = certificateFor('localhost')
  writeFileSync(join(directory, 'cert.pem'), cert)
  writeFileSync(join(directory, 'key.pem'), key)
  const file = join(directory, 'nginx.conf')
  writeFileSync(file, nginxConfig({ port, securePort, upstreamPort, directory }))
  const child = spawn('nginx', ['-p', directory, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'], env: withSbin() })
  await untilAnswers(`http://127.0.0.1:${port}/ready`, { child, seconds: 10, status: 204 })
  const pid = child.pid ?? 0
  const target = { port, path: '/v1/chat/completions', headers: { authorization: 'Bearer sk-bench' } }
  return {
    name: 'nginx',
    version: /nginx\/(\S+)/.exec(probe.stderr)?.[1] ?? 'unknown',
    target,
    secureTarget: { ...target, port: securePort, ca: cert },
    processes: () => ({ serving: processTree(pid) }),
    stop: () => stopTree(child),
  }
}

const withSbin = () => ({ ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` })

// Buffering is off, so that stream events pass one by one; bodies stay in memory, so that the disk plays no part.
function nginxConfig(at: { port: number; securePort: number; upstreamPort: number; directory: string }): string {
  return `daemon off;
master_process off;
worker_processes 1;
pid ${at.directory}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${at.directory}/body;
  proxy_temp_path ${at.directory}/proxy;
  fastcgi_temp_path ${at.directory}/fastcgi;
  uwsgi_temp_path ${at.directory}/uwsgi;
  scgi_temp_path ${at.directory}/scgi;
  client_max_body_size 32m;
  client_body_buffer_size 2m;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  tcp_nodelay on;
  upstream mock {
    server 127.0.0.1:${at.upstreamPort};
    keepalive 512;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
  }
  server {
    listen 127.0.0.1:${at.port} backlog=4096;
    listen 127.0.0.1:${at.securePort} ssl backlog=4096;
    ssl_certificate ${at.directory}/cert.pem;
    ssl_certificate_key ${at.directory}/key.pem;
    ssl_protocols TLSv1.3;
    location = /ready { return 204; }
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`
}
