/** Field types that may cross the control channel: whole numbers and fixed bytes, nothing that could hold a sentence. */
const NARROW: readonly string[] = ['u8', 'u16', 'u32', 'u64', 'money', 'uuid', 'hash']

/** Fields of messages whose type is not narrow, as "message.field: type". */
export const wideFields = (messages: Readonly<Record<string, Readonly<Record<string, unknown>>>>): readonly string[] =>
  Object.entries(messages).flatMap(([message, fields]) =>
    Object.entries(fields)
      .filter(([, type]) => typeof type !== 'string' || !NARROW.includes(type))
      .map(([field, type]) => `${message}.${field}: ${String(type)}`),
  )
