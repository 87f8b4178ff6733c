import type { Hono } from 'hono'
import type { CustomerEnv } from '../customer-guard.ts'
import { AMBER, accentOf } from './accent.ts'
import { MANUAL_NAMES, pathOf } from './manual/index.ts'
import { markFile } from './mark.ts'
import type { Site } from './site.ts'
import { SITE_WORDS } from './words/index.ts'

const PAGES = ['/', '/models', '/status', '/docs', '/docs/errors', '/docs/api', '/privacy', '/privacy/proof', '/terms', '/refunds'] as const
const SVG = 'image/svg+xml'
/** What a drawing that is opened by itself may do. */
const DRAWING_POLICY = "default-src 'none'; style-src 'none'; sandbox"
const KEPT = 'public, max-age=3600'

/** What browsers and search engines ask for by name: the logo, the icon, which pages there are, and which are not for them. */
export function wellKnownFiles(app: Hono<CustomerEnv>, site: Site, modelIds: () => Promise<readonly string[]>): void {
  const { settings, publicUrl } = site
  const drawing = { 'content-security-policy': DRAWING_POLICY, 'cache-control': KEPT }
  const icon = markFile(accentOf(settings.accent ?? AMBER))
  app.get('/favicon.ico', (c) => {
    const { logo } = settings
    if (logo === undefined) return c.body(icon, 200, { ...drawing, 'content-type': SVG })
    return c.body(new Uint8Array(logo.bytes), 200, { ...drawing, 'content-type': logo.type })
  })
  app.get('/brand/logo', (c) => {
    const { logo } = settings
    if (logo === undefined) return c.body(icon, 200, { ...drawing, 'content-type': SVG })
    return c.body(new Uint8Array(logo.bytes), 200, { ...drawing, 'content-type': logo.type })
  })
  app.get('/robots.txt', (c) => c.text(robots(publicUrl)))
  app.get('/sitemap.xml', async (c) => {
    const paths = [...PAGES, ...MANUAL_NAMES.map(pathOf), ...(await modelIds()).map((id) => `/models/${id}`)]
    return c.body(sitemap(site, paths), 200, { 'content-type': 'application/xml; charset=utf-8' })
  })
}

/** Source: RFC 9309 (2022-09). */
const robots = (publicUrl: string): string =>
  [
    'User-agent: *',
    'Disallow: /api/',
    'Disallow: /v1/',
    'Disallow: /v1beta/',
    'Disallow: /dashboard',
    'Disallow: /privacy/request',
    '',
    `Sitemap: ${publicUrl}/sitemap.xml`,
    '',
  ].join('\n')

/** Each page with where it lies in each language. Source: sitemaps.org/protocol.html, developers.google.com/search/docs/specialty/international/localized-versions (2026-11-26). */
function sitemap({ settings, publicUrl }: Site, paths: readonly string[]): string {
  const entries = paths.map((path) => {
    const address = escaped(`${publicUrl}${path}`)
    const others = path.startsWith('/privacy')
      ? []
      : settings.languages.map(
          (language) => `<xhtml:link rel="alternate" hreflang="${SITE_WORDS[language].frame.tag}" href="${address}?lang=${language}"/>`,
        )
    return `<url><loc>${address}</loc>${others.join('')}</url>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${entries.join('\n')}\n</urlset>\n`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
