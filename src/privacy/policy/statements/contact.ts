import { countryName } from '../country-name.ts'
import type { ContactKind } from '../settings.ts'
import type { Statement } from '../statement.ts'

const BEFORE: Readonly<Record<ContactKind, string>> = { email: 'by e-mail to', web: 'at', post: 'by post to', messenger: 'by messenger at' }

/** Who runs the service and how to reach them. */
export const WHO: readonly Statement[] = [
  {
    ...{ id: 'operator', section: 'who', kind: 'disclosure', topic: 'The operator' },
    text: ({ settings: { operator, service } }) =>
      operator === undefined
        ? `This is the privacy policy of ${service}. Nobody has set who runs it, as only this machine can reach it.`
        : `${operator} runs ${service} and answers for what is done with your data.`,
  },
  {
    ...{ id: 'seat', section: 'who', kind: 'disclosure', topic: 'Where the operator is, and which law applies' },
    text: ({ settings: { country, law } }) => {
      const where = country === undefined ? [] : [`The operator is in: ${countryName(country, 'en')}.`]
      const which = law === undefined ? [] : [`The law that applies: ${law.en}.`]
      return where.length + which.length === 0 ? undefined : [...where, ...which].join(' ')
    },
    needs: 'the operator has named neither a country nor a law',
  },
  {
    ...{ id: 'contact', section: 'contact', kind: 'contact', topic: 'How to reach us' },
    text: ({ settings: { contacts } }) =>
      contacts.length === 0
        ? 'No contact is set, as only this machine can reach the service.'
        : `Questions about privacy reach us ${contacts.map(({ kind, value }) => `${BEFORE[kind]} ${value}`).join(', or ')}.`,
  },
  {
    ...{ id: 'messenger', section: 'contact', kind: 'contact', topic: 'Contact by messenger' },
    text: ({ settings: { contacts } }) =>
      contacts.some(({ kind }) => kind === 'messenger')
        ? 'A messenger belongs to another company, which sees what you write there. Use another way for what it should not see.'
        : undefined,
    needs: 'no messenger is among the contacts',
  },
]
