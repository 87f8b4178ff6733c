/** Reads multipart forms as they pass; keeps nothing but a few short fields. */
export { boundaryOf, type FormFields, FormReader } from './form-reader.ts'
