/** SEC-11: requests that reach for what all objects are made of, or for what is not the caller's to say. */
export { pollution } from './pollution.ts'
