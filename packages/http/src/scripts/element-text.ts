import { bundledScript } from './bundle-script.ts'

/**
 * The dialogs as one script. When the package is built, tsup.config.ts calls this function and puts
 * the result in place of this file. So no file has to be found and read where the package runs.
 */
export const elementText: () => Promise<string> = bundledScript('index.ts')
