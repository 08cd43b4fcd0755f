// What tvmjs gives to the library as imports of module "env" (AssemblyScript takes the module's name from this file's).

/** Runs the JavaScript function behind a function object; not 0 when it threw, and then the error has been reported. */
export declare function TVMFFIWasmSafeCall(index: usize, args: usize, count: i32, result: usize): i32

/** Tells JavaScript that nobody holds the function any more. */
export declare function TVMFFIWasmFunctionDeleter(index: usize): void
