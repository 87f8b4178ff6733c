import type { OwnPolicy } from '../../answers.ts'

type Words = OwnPolicy['words']
type Attestation = Omit<Words['attestations'][number], 'sha256'> & { readonly sha256?: string; readonly document_base64?: string }

/** What is being written, as its fields have it: empty texts are nothing. */
export type Draft = {
  readonly revision: number
  readonly operator: string
  readonly operatorZh: string
  readonly contacts: Words['contacts']
  readonly country: string
  readonly lawEn: string
  readonly lawZh: string
  readonly paragraphs: Words['paragraphs']
  readonly attestations: readonly Attestation[]
}

/** A draft that begins with what was written last. */
export const draftOf = ({ revision, words }: OwnPolicy): Draft => ({
  ...{ revision, operator: words.operator ?? '', operatorZh: words.operator_zh ?? '', contacts: words.contacts },
  ...{ country: words.country ?? '', lawEn: words.law?.en ?? '', lawZh: words.law?.zh ?? '' },
  ...{ paragraphs: words.paragraphs, attestations: words.attestations },
})

/** The request that a draft is sent as; what the file sets is not in it. */
export function bodyOf(draft: Draft, setByFile: OwnPolicy['set_by_file']): object {
  const text = (value: string) => (value.trim() === '' ? null : value.trim())
  const [en, zh] = [text(draft.lawEn), text(draft.lawZh)]
  return {
    revision: draft.revision,
    operator: setByFile.includes('operator') ? null : text(draft.operator),
    operator_zh: text(draft.operatorZh),
    contacts: setByFile.includes('contacts') ? [] : draft.contacts,
    country: text(draft.country)?.toUpperCase() ?? null,
    law: en === null && zh === null ? null : { en: en ?? '', zh: zh ?? '' },
    paragraphs: draft.paragraphs.map((one) => ({ ...one, en: oneLine(one.en), zh: oneLine(one.zh) })),
    attestations: draft.attestations,
  }
}

/** A paragraph is one line, however it was typed. */
const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ')

/** A list with one entry in the place of another. */
export const replaced = <Entry>(list: readonly Entry[], index: number, changes: Partial<Entry>): Entry[] =>
  list.map((entry, at) => (at === index ? { ...entry, ...changes } : entry))

/** A list without one entry. */
export const without = <Entry>(list: readonly Entry[], index: number): Entry[] => list.filter((_, at) => at !== index)
