/**
 * What a country is called, by its code of two letters; whatever else was written stays as it is.
 * Source: https://tc39.es/ecma402/#intl-displaynames-objects (2026-11-27).
 */
export const countryName = (country: string, language: 'en' | 'zh'): string =>
  /^[A-Z]{2}$/.test(country)
    ? (new Intl.DisplayNames([language === 'zh' ? 'zh-Hans' : 'en'], { type: 'region' }).of(country) ?? country)
    : country
