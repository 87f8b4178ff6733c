import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config, Environment } from '../config.ts'
import { errorCode } from '../lib/index.ts'
import { ConfigRefusedError, type Problem } from '../spec/index.ts'
import { configuredSite } from './configured.ts'
import { type Logo, logoOf } from './site-logo.ts'
import { SITE_FIELDS, SITE_LANGUAGES, type SiteLanguage, type WrittenSite } from './site-schema.ts'

/** A text of the operator in Markdown, by language; English stands in for what is absent. */
export type SiteText = { readonly en: string; readonly zh?: string | undefined }

/** How the public site looks and what it says of its operator; texts and the logo as they were when control began. */
export type SiteSettings = {
  /** Whether farebox.yaml says anything of the site; otherwise what customers see past it is called Farebox. */
  readonly isOwn: boolean
  /** What stands at the head of every page. */
  readonly name: string
  readonly logo: Logo | undefined
  /** "#rrggbb"; undefined: amber. */
  readonly accent: string | undefined
  readonly languages: readonly SiteLanguage[]
  readonly terms: SiteText | undefined
  /** Undefined: the page is made from the rule for refunds. */
  readonly refunds: SiteText | undefined
  readonly source: string | undefined
}

/** A site that nothing was said of but what the service is called. */
export const siteDefaultsOf = (service: string): SiteSettings => ({
  ...{ isOwn: false, name: service, logo: undefined, accent: undefined, languages: SITE_LANGUAGES, terms: undefined, refunds: undefined },
  source: undefined,
})

const TEXT_BYTES_MAX = 512 * 1024

/** Where the settings are read, and what the policy calls the service. */
export type SiteSource = { readonly config: Config; readonly environment: Environment; readonly service: string }

/** How the site is to look, as farebox.yaml and the files beside it say; throws ConfigRefusedError with all that is wrong. */
export function readSiteSettings({ config: { configPath, providerKeys }, environment, service }: SiteSource): SiteSettings {
  const written = configuredSite({ configPath, providerKeys, environment })
  if (written === undefined || configPath === undefined) return siteDefaultsOf(service)
  return siteSettingsOf(written, { configPath, service })
}

/** Where farebox.yaml lies, and what the policy calls the service. */
type Beside = { readonly configPath: string; readonly service: string }

/** The same from what was written, with the files beside the given farebox.yaml. */
export function siteSettingsOf(written: WrittenSite, { configPath, service }: Beside): SiteSettings {
  const reader = new FilesBeside(configPath)
  const settings: SiteSettings = {
    isOwn: true,
    ...{ name: written.name ?? service, accent: written.accent, languages: written.languages ?? SITE_LANGUAGES, source: written.source },
    logo: written.logo === undefined ? undefined : reader.logo('site.logo', written.logo),
    terms: reader.text('site.terms', written.terms),
    refunds: reader.text('site.refunds', written.refunds),
  }
  if (reader.problems.length > 0) throw new ConfigRefusedError(reader.problems)
  return settings
}

/** Reads files of the folder that farebox.yaml lies in, and gathers what is wrong with them. */
class FilesBeside {
  readonly #configPath: string
  readonly #problems: Problem[] = []

  constructor(configPath: string) {
    this.#configPath = configPath
  }

  get problems(): readonly Problem[] {
    return this.#problems
  }

  logo(path: string, name: string): Logo | undefined {
    const bytes = this.#read(path, name)
    const logo = bytes === undefined ? undefined : logoOf(name, bytes)
    if (logo === undefined || !('wrong' in logo)) return logo
    this.#refuse(path, logo.wrong)
    return undefined
  }

  text(path: string, written: WrittenSite['terms']): SiteText | undefined {
    if (written === undefined) return undefined
    if (typeof written === 'string') return this.#textOf({ en: this.#markdown(path, written) })
    const zh = written.zh === undefined ? undefined : this.#markdown(`${path}.zh`, written.zh)
    return this.#textOf({ en: this.#markdown(`${path}.en`, written.en), zh })
  }

  #textOf({ en, zh }: { readonly en: string | undefined; readonly zh?: string | undefined }): SiteText | undefined {
    return en === undefined ? undefined : { en, ...(zh === undefined ? {} : { zh }) }
  }

  #markdown(path: string, name: string): string | undefined {
    const bytes = this.#read(path, name)
    if (bytes === undefined || bytes.length <= TEXT_BYTES_MAX) return bytes?.toString('utf8')
    this.#refuse(path, `a file of ${bytes.length} bytes`)
    return undefined
  }

  #read(path: string, name: string): Buffer | undefined {
    try {
      return readFileSync(join(dirname(this.#configPath), name))
    } catch (thrown) {
      this.#refuse(path, errorCode(thrown))
      return undefined
    }
  }

  #refuse(path: string, got: string): void {
    const { expected = '', mend = '' } = SITE_FIELDS[path] ?? {}
    this.#problems.push({ file: this.#configPath, line: 0, column: 0, path, expected, got, mend })
  }
}
