import { openApiDocument } from './openapi-document.ts'

/**
 * The OpenAPI document. When the package is built, tsup.config.ts calls this function and puts the
 * result in place of this file. So no server loads zod. From source, zod makes the document at each
 * request.
 */
export async function openApiText(): Promise<string> {
  return JSON.stringify(openApiDocument())
}
