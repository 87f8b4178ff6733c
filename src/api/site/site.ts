import type { SiteSettings } from '../../catalog/index.ts'
import { type Look, lookOf, sourceOf } from './look/index.ts'

/** What all pages are made with, built once. */
export type Site = {
  readonly settings: SiteSettings
  /** The address that people use, without a slash at its end. */
  readonly publicUrl: string
  readonly look: Look
}

/** The site of some settings. */
export const makeSite = (settings: SiteSettings, publicUrl: string): Site => ({ settings, publicUrl, look: lookOf(settings.accent) })

/** What a page needs besides its style: a script of its own, to talk to this host by it, to send a form here. */
export type Needs = { readonly script?: string; readonly isTalking?: boolean; readonly hasForm?: boolean }

/**
 * What a page may do besides showing itself and its logo: what it needs and nothing else; its script can write no markup. Source: W3C
 * Content Security Policy Level 3, w3.org/TR/CSP3 (2026-11-26).
 */
export const pagePolicy = ({ look }: Site, { script, isTalking = false, hasForm = false }: Needs = {}): string =>
  [
    "default-src 'none'",
    `style-src ${look.source}`,
    "img-src 'self'",
    ...(script === undefined ? [] : [`script-src ${sourceOf(script)}`]),
    ...(isTalking ? ["connect-src 'self'"] : []),
    ...["base-uri 'none'", `form-action ${hasForm ? "'self'" : "'none'"}`, "frame-ancestors 'none'"],
    ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
  ].join('; ')
