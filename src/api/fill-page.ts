import { createHash } from 'node:crypto'
import type { SiteSettings } from '../catalog/index.ts'
import { houseNameOf } from './house-name.ts'
import { accentOf } from './site/index.ts'

/** A style sheet by the path it is served at, which changes with it. */
export type Sheet = { readonly path: string; readonly css: string }

/** The page of an app as it was built, and as it is served for a house. */
export type FilledPage = { readonly page: string; readonly sheet: Sheet | undefined }

/** Where the built page has what is the house's; see web/dashboard/index.html. */
const [ROOT, NAME, ICON, HEAD_END] = ['<html lang="en">', 'Farebox', '<link rel="icon" href="data:,">', '</head>']

/**
 * Puts name, logo, icon and colours of a house into the page of an app, the colours as a sheet below `folder`, as its policy takes no other styles. A house of
 * which farebox.yaml says nothing has the page as it was built. Throws where the page has no place for them.
 */
export function fillPage(page: string, house: SiteSettings, folder: string): FilledPage {
  if (!house.isOwn) return { page, sheet: undefined }
  const sheet = house.accent === undefined ? undefined : sheetOf(house.accent, folder)
  const name = escaped(houseNameOf(house))
  const logo = house.logo === undefined ? '' : ' data-logo="/brand/logo"'
  const places: readonly (readonly [place: string, filled: string])[] = [
    [NAME, name],
    [ROOT, `<html lang="en" data-brand="${name}"${logo}>`],
    [ICON, `<link rel="icon" href="/favicon.ico" type="${house.logo?.type ?? 'image/svg+xml'}">`],
    // After the app's own sheet, over whose colours it goes.
    [HEAD_END, `${sheet === undefined ? '' : `<link rel="stylesheet" href="${sheet.path}">\n`}</head>`],
  ]
  const missing = places.find(([place]) => !page.includes(place))
  if (missing !== undefined) throw new Error(`the page of the app has no ${missing[0]}`)
  return { page: places.reduce((text, [place, filled]) => text.replaceAll(place, () => filled), page), sheet }
}

/** Colours of the house over those of web/parts/style.css, by the theme that was chosen, else the system's. */
function sheetOf(colour: string, folder: string): Sheet {
  const { onLight, onDark, button, onButton } = accentOf(colour)
  const dark = `--accent:${onDark};--mark:${onDark}`
  const css = `:root{--accent:${onLight};--mark:${onLight};--signal:${button};--on-signal:${onButton}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}
:root[data-theme=dark]{${dark}}
`
  return { path: `${folder}house-${createHash('sha256').update(css).digest('hex').slice(0, 12)}.css`, css }
}

/** A text for HTML and its attributes; without underscores, so that it is never the place of a nonce. */
const escaped = (text: string): string => text.replaceAll(/[&<>"'_]/g, (letter) => `&#${letter.charCodeAt(0)};`)
