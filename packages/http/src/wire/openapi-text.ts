import { openApiDocument } from './openapi-document.ts'

/**
 * The OpenAPI document. tsup.config.ts calls this when the package is built, and puts the result in
 * place of this file.
 */
export async function openApiText(): Promise<string> {
  return JSON.stringify(openApiDocument())
}
