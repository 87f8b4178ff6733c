import { createHash } from 'node:crypto'
import type { Hono } from 'hono'
import type { ApiEnv } from './dependencies.ts'

/** The first page: what this is and where to go on. One file, no script, no cookie, nothing fetched from elsewhere. */
export function landingPage(app: Hono<ApiEnv>): void {
  const styleHash = createHash('sha256').update(STYLE).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
  app.get('/', (c) => {
    c.header('vary', 'accept')
    if (!(c.req.header('accept') ?? '').includes('text/html')) return c.json(ABOUT)
    c.header('content-security-policy', policy)
    return c.html(PAGE)
  })
}

const ABOUT = { name: 'Farebox', health: '/healthz', ready: '/readyz', models: '/v1/models', usage: '/v1/usage', balance: '/v1/balance' }

const STYLE = `
:root { color-scheme: light dark; --paper: #faf7f0; --ink: #1c1a17; --faint: #6b655b; --line: #d9d2c3; --accent: #8a5300; }
@media (prefers-color-scheme: dark) { :root { --paper: #161513; --ink: #ece7dc; --faint: #a39c8e; --line: #37332c; --accent: #f0a830; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 600px; margin: 0 auto; padding: 48px 24px; }
h1 { font-size: 28px; margin: 0 0 8px; }
p { margin: 0 0 24px; }
.faint { color: var(--faint); }
dl { margin: 0 0 24px; border-top: 1px dashed var(--line); font-family: ui-monospace, monospace; font-size: 14px; }
dl div { display: flex; justify-content: space-between; gap: 24px; padding: 8px 0; border-bottom: 1px dashed var(--line); }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; text-align: right; }
a { color: var(--accent); text-underline-offset: 3px; }
`

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Farebox</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Farebox</h1>
<p>You drop the coin, you ride, nobody writes your name down. Models for the clients you already use, paid by the call.</p>
<dl>
<div><dt>OpenAI clients</dt><dd>/v1</dd></div>
<div><dt>Anthropic clients</dt><dd>/v1/messages</dd></div>
<div><dt>Models and prices</dt><dd>GET /v1/models</dd></div>
<div><dt>Your usage</dt><dd>GET /v1/usage</dd></div>
<div><dt>Your balance</dt><dd>GET /v1/balance</dd></div>
<div><dt>Privacy, and its proof</dt><dd><a href="/privacy">/privacy</a></dd></div>
<div><dt>Health</dt><dd><a href="/healthz">/healthz</a></dd></div>
</dl>
<p class="faint">Send your key as “Authorization: Bearer”. Never put it into an address.</p>
</main>
</body>
</html>
`
