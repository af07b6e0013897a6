/** Written by the construct at synth, beside the bundled function. */
declare const registry: unknown;
export default registry;
