import { registerHooks } from 'node:module';

// openapi-typescript prints its types with the compiler as a library, which TypeScript 7 is no more. Whoever uses it has an earlier one; here
// it is the copy that ts-morph carries, which brings no `tsc` of its own in the way of ours.
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'typescript' ? '@ts-morph/common/dist/typescript.js' : specifier, context),
});
