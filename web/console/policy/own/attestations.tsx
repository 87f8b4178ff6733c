import { Choice, Field, Section, Tag } from '../../../parts/index.ts'
import { useWords } from '../../words/index.ts'
import { replaced, without } from './draft.ts'
import type { Writing } from './fields.tsx'

const CLAUSES = ['S1.22', 'S2.18', 'S3.11', 'S3.12'] as const

/** What somebody else attests, with a document for each, and what holds now. */
export function AttestationFields(writing: Writing) {
  const { draft, onChange, own } = writing
  const words = useWords().policyOwn
  const free = CLAUSES.find((clause) => draft.attestations.every((one) => one.clause !== clause))
  const added = { subject: '', issuer: '', scope: '', issued: '', expires: '', document: '' }
  return (
    <Section title={words.attestationsTitle}>
      <p className="faint">{words.attestationsMean}</p>
      {own.in_use.attestations
        .filter(({ file }) => file !== 'console')
        .map(({ clause, subject, expires, file }) => (
          <p key={clause}>
            <code>{clause}</code> {subject} <Tag kind="good">{words.holds(expires)}</Tag>{' '}
            <span className="faint">{words.fromFile(file)}</span>
          </p>
        ))}
      {draft.attestations.map((one, index) => (
        <OneAttestation key={one.clause} {...writing} index={index} />
      ))}
      {free !== undefined && (
        <div className="row">
          <button type="button" onClick={() => onChange({ attestations: [...draft.attestations, { clause: free, ...added }] })}>
            {words.addAttestation}
          </button>
        </div>
      )}
    </Section>
  )
}

function OneAttestation({ draft, onChange, wrong, own, index }: Writing & { readonly index: number }) {
  const words = useWords().policyOwn
  const one = draft.attestations[index]
  if (one === undefined) return null
  const change = (changes: Partial<typeof one>) => onChange({ attestations: replaced(draft.attestations, index, changes) })
  const used = own.in_use.attestations.find(({ clause, file }) => clause === one.clause && file === 'console')
  const text = (name: 'subject' | 'issuer' | 'scope' | 'issued' | 'expires', type: 'text' | 'date' = 'text') => (
    <Field
      label={words[name]}
      type={type}
      value={one[name]}
      maxLength={name === 'scope' ? 400 : 200}
      wrong={wrong(`attestations.${index}.${name}`)}
      onChange={(event) => change({ [name]: event.target.value })}
    />
  )
  const choose = async (file: File | undefined) => {
    if (file === undefined) return
    const { sha256: _, ...rest } = one
    const changed = { ...rest, document: nameOf(file), document_base64: await base64Of(file) }
    onChange({ attestations: draft.attestations.map((other, at) => (at === index ? changed : other)) })
  }
  return (
    <fieldset className="field">
      <legend>
        <code>{one.clause}</code>{' '}
        {one.sha256 !== undefined && (
          <Tag kind={used === undefined ? 'todo' : 'good'}>{used ? words.holds(used.expires) : words.holdsNot}</Tag>
        )}
      </legend>
      <div className="form">
        <Choice
          label={words.clause}
          value={one.clause}
          onChange={(event) => change({ clause: CLAUSES.find((clause) => clause === event.target.value) ?? one.clause })}
        >
          {CLAUSES.filter((clause) => clause === one.clause || draft.attestations.every((other) => other.clause !== clause)).map(
            (clause) => (
              <option key={clause} value={clause}>
                {words.clauses[clause]}
              </option>
            ),
          )}
        </Choice>
        <div className="pair">
          {text('subject')}
          {text('issuer')}
        </div>
        {text('scope')}
        <div className="pair">
          {text('issued', 'date')}
          {text('expires', 'date')}
        </div>
        <Field
          label={words.document}
          type="file"
          wrong={wrong(`attestations.${index}.document`) ?? wrong(`attestations.${index}.document_base64`)}
          {...(one.document === '' ? {} : { hint: words.documentKept(one.document) })}
          onChange={(event) => void choose(event.target.files?.[0])}
        />
        <div className="row">
          <button type="button" onClick={() => onChange({ attestations: without(draft.attestations, index) })}>
            {words.remove}
          </button>
        </div>
      </div>
    </fieldset>
  )
}

/** A name that the server takes: letters, digits, points and dashes. */
const nameOf = ({ name }: File): string =>
  name
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-128) || 'document'

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
