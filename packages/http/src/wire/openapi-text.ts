import { openApiDocument } from './openapi-document.ts'

/**
 * The OpenAPI document. tsup.config.ts calls this when the package is built, and puts the result in
 * place of this file, so that no server loads zod. From source, zod makes the document on the first
 * request.
 */
export async function openApiText(): Promise<string> {
  return JSON.stringify(openApiDocument())
}
