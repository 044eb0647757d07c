/** Made by `npm run openapi` from openapi/openapi.json, sha256 d3d4610a2498da3d3f4d1adc4768a46b19ae2ba7bb461a4baa11fef2877454b4. */
export interface paths {
  '/v1/about': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Version, epoch and limits */
    get: operations['about'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/generations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The versions of the host kernel that a VM can have */
    get: operations['listGenerations'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/generations/{generation}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One version of the host kernel */
    get: operations['readGeneration'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/healthz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the process lives */
    get: operations['health'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether requests are welcome */
    get: operations['readiness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the VMs, oldest first */
    get: operations['listVms'];
    put?: never;
    /**
     * Create a VM
     * @description `{}` is enough: 256 MiB of thp, shared, under rfc-v1-reply.
     */
    post: operations['createVm'];
    /** Delete all VMs that have a label */
    delete: operations['deleteVmsByLabel'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a VM */
    get: operations['readVm'];
    put?: never;
    post?: never;
    /** Delete a VM */
    delete: operations['deleteVm'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/reset': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Back to the state after creation
     * @description Sequence numbers and positions go on, and an event says so. A killed VM runs again. The body may be left out.
     */
    post: operations['resetVm'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/fork': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * A copy of the VM as it is now
     * @description Same configuration, same digest, killed where the original is. From then on the two have nothing to do with each other; events, operations and counts of the copy begin anew, and its reset goes back to the fork.
     */
    post: operations['forkVm'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The VM as a bundle, to be imported elsewhere
     * @description Configuration, state, digest, and the commands since its creation: as far as they are kept, else since the oldest snapshot that is, else none; `base` in the first line says which. A bundle ends with the checksum of everything before.
     */
    get: operations['exportVm'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/import': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * A VM out of a bundle
     * @description Under the rules that the bundle was written under, its commands are carried out again and have to come to its digest; under others its state is taken as it is. `origin.check` says which. Reset goes back to the imported state.
     */
    post: operations['importVm'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/hypervisor-writes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The VMM or the kernel stores to memory
     * @description A fault is a result, not an error: the answer is 200 and says what the page-fault handler of the generation decided and what came of it.
     */
    post: operations['writeAsHypervisor'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/hypervisor-reads': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The VMM or the kernel loads from memory
     * @description Never an RMP fault. The bytes are those in DRAM: what a guest stored through a private mapping is ciphertext.
     */
    post: operations['readAsHypervisor'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/page-state-changes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The guest asks for pages to become private or shared
     * @description Entries are carried out in order; those after a failed one are NOT_ATTEMPTED, and what was done stays.
     */
    post: operations['changePageState'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/pvalidate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The guest executes PVALIDATE
     * @description Nested faults that the host answers on the way are listed; `nested-fault` is the outcome where it cannot.
     */
    post: operations['pvalidate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/rmpupdate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The host executes RMPUPDATE
     * @description The bare instruction: no retry, and no rule of the generation but the direct map's repair before it. What is wrong with its operands is its return code.
     */
    post: operations['rmpupdate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/psmash': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The host executes PSMASH */
    post: operations['psmash'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/guest-accesses': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The guest loads, stores or fetches
     * @description Through its own mapping and the nested page table, against the RMP. What the host does about a nested fault follows from the generation; the guest tries again until the access completes or provably cannot.
     */
    post: operations['accessAsGuest'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/rmpadjust': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The guest executes RMPADJUST */
    post: operations['rmpadjust'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/rmpquery': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The guest executes RMPQUERY */
    post: operations['rmpquery'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/rmpread': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The host executes RMPREAD */
    post: operations['rmpread'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/ghcb-requests': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The guest asks for page states in the bytes of its GHCB
     * @description NAE form (exit code 0x80000010) or MSR form (0x014). The bytes are never refused: what is malformed is answered as a host answers it.
     */
    post: operations['requestByGhcb'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/nested-maps': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The hypervisor maps a guest page to another frame
     * @description What a remap attack begins with. PVALIDATE, RMPADJUST and guest accesses go to the frame; the VMM’s own mapping stays.
     */
    post: operations['mapNested'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/vcpus/{n}/enter': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** VMRUN: the VMSA and the VMCB of a vCPU are in use from now on */
    post: operations['enterVcpu'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/vcpus/{n}/exit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** #VMEXIT: they are not in use any more */
    post: operations['exitVcpu'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/firmware-commands': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The host sends a command to the SEV firmware
     * @description Statuses are results, by the manual’s names and numbers.
     */
    post: operations['commandFirmware'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/vmas': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The mappings of the VMM */
    get: operations['listVmas'];
    put?: never;
    /**
     * The VMM maps a part of its guest memory (mmap)
     * @description Anonymous memory comes fresh and zeroed; a file’s pages are those that were there.
     */
    post: operations['mmap'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/vmas/{start}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * The VMM unmaps (munmap)
     * @description From `start` to the end of its VMA, or `size` bytes, holes included. An access there is a SIGSEGV from then on.
     */
    delete: operations['munmap'];
    options?: never;
    head?: never;
    /**
     * The VMM protects memory, or gives it back (mprotect)
     * @description A store into read-only memory is a SIGSEGV; 2M leaves over the ends of the range are split.
     */
    patch: operations['mprotect'];
    trace?: never;
  };
  '/v1/vms/{vm}/madvise': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The VMM advises the kernel on a range (madvise)
     * @description HUGEPAGE and NOHUGEPAGE stay with the VMA; COLLAPSE makes 2M leaves at once; DONTNEED drops anonymous pages and unmaps a file; REMOVE punches a hole into a file.
     */
    post: operations['madvise'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/khugepaged': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * One scan of khugepaged
     * @description Anonymous memory is copied into new 2M frames, unless it is pinned; a file’s huge page only loses its page table.
     */
    post: operations['scanHugePages'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/pins': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Guest pages are pinned or unpinned
     * @description All are pinned at first, as registered guest memory is. Pinning faults in what is not there.
     */
    post: operations['pinPages'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/leaf-states': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Pages are swapped out, migrate, get a NUMA hint, or come back
     * @description Pinned pages are neither swapped nor migrated. A page that comes back from either has another frame.
     */
    post: operations['changeLeafStates'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/kernel-maps': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * KVM maps a guest page for writing and holds the map
     * @description The generation may force a private page shared first, or refuse. While the map is held, a request to make its page private is refused (EBUSY, EAGAIN) or has to wait (WAITS).
     */
    post: operations['mapAsKvm'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/kernel-maps/{map}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** KVM lets go of a map */
    delete: operations['unmapAsKvm'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/operations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Many operations in one request
     * @description A JSON list is carried out and kept whole: up to 10,000 operations. Lines (NDJSON) and 32-byte binary records are any number, carried out as they arrive; their results stream back. An operation fails when it is refused or its `expect` does not hold; a signal or a status is a result.
     */
    post: operations['carryOutOperations'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/pages/{gpa}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One guest page seen from everywhere */
    get: operations['readPage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/map': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A summary for drawing: states and mapping levels by cell */
    get: operations['readMap'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/rmp': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The raw Reverse Map Table */
    get: operations['readRmp'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/page-table': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A walk of the VMM's page table */
    get: operations['walkPageTable'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/pages/{gpa}/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The events that made a page what it is
     * @description Newest first, back to the creation or the last reset of the VM. Faults are left out: they change no page.
     */
    get: operations['readPageHistory'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/explain': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * The checks that an access would meet, in order
     * @description The body is an operation: its name under `op` and its fields. Each check has its source and the state that it saw; the first failing one is marked, with what the hardware and the kernel would make of it. Nothing is carried out.
     */
    post: operations['explain'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/comparisons': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * One VM and one list of operations under several generations, side by side
     * @description Each generation has a machine of its own, which nobody else sees and which is gone afterwards. `application/x-ndjson` sends each operation as it is made, and the summary last; `text/plain` is a table.
     */
    post: operations['compareGenerations'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The events of all VMs */
    get: operations['listEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/vms/{vm}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The events of one VM, also of a deleted one */
    get: operations['listVmEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The log, live, on a WebSocket
     * @description Two ways in, which asyncapi.json describes: with parameters and no subprotocol, or with the subprotocol `rampart.v1.json`. Where the caller cannot send a header, `ticket` takes the place of the token.
     */
    get: operations['openStream'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/stream-tickets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * A ticket that opens the stream once
     * @description For browsers, which cannot send the token with a WebSocket: `/v1/stream?ticket=…`. It is good for one handshake, whatever comes of that, and for a short time.
     */
    post: operations['issueStreamTicket'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/diagnostics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The state of the service itself, without secrets */
    get: operations['diagnostics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/scenarios': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The library of scenarios, by name */
    get: operations['listScenarios'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/scenarios/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One scenario of the library */
    get: operations['readScenario'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/scenarios/{name}/runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Run a scenario of the library
     * @description On a fresh machine that is nobody’s: nothing is recorded or published. The answer says which expectation held.
     */
    post: operations['runLibraryScenario'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/scenario-runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Run a scenario given in the body
     * @description The body is the scenario. Else as a run of one of the library.
     */
    post: operations['runScenario'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/schemas/scenario.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The JSON Schema of a scenario */
    get: operations['scenarioSchema'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/decode': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Explain the lines of a kernel log
     * @description RMP dumps in all forms, page faults with the RMP bit, failed RMPUPDATE and PSMASH, nested page faults, memory-fault exits, terminations, firmware and IOMMU errors: field by field, grouped into incidents, with the likely cause. Other lines are left alone and counted. The body may also be the log itself, as `text/plain`.
     */
    post: operations['decode'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The page of the service */
    get: operations['index'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/assets/{file}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What the page is made of */
    get: operations['asset'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/docs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The API, for reading */
    get: operations['docs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/docs/problems': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every problem code */
    get: operations['problems'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The OpenAPI 3.1 document */
    get: operations['openapi'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/asyncapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The AsyncAPI 3 document, of the stream */
    get: operations['asyncapi'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Metrics for Prometheus */
    get: operations['metrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    About: {
      /** @constant */
      name: 'rampart';
      version: string;
      /** @description Changes whenever the same commands may give other results. */
      rulesVersion: number;
      /** @description Names the log: cursors of another epoch are refused. */
      epoch: string;
      /** @description Each limit by its name, the unit last. */
      limits: {
        [key: string]: number;
      };
    };
    /** @enum {string} */
    AccessOutcome: 'completed' | 'sigbus' | 'efault' | 'ebusy' | 'oops' | 'livelock' | 'ping-pong' | 'segv';
    /** @description A byte address, or a frame number: lower-case hex text, or a safe non-negative integer. */
    AddressIn: string | number;
    /** @enum {string} */
    Backing: 'thp' | '4k' | 'shmem-thp' | 'hugetlb-2M' | 'hugetlb-1G' | 'dax-2M';
    BatchAnswer: {
      /** @description The VM's last event. */
      seq: number;
      /** @description What the own route of each answers, with its index; or `problem`, the problem document. */
      results: ({
        index: number;
      } & {
        [key: string]: unknown;
      })[];
      summary: components['schemas']['BatchSummary'];
      /**
       * @description stopped: at the first failure. undone: there was one, and the VM is as before.
       * @enum {string}
       */
      ended: 'all' | 'stopped' | 'undone';
    };
    BatchRequest: {
      /** @description Each with the members that its own route takes. */
      operations: ({
        /** @description The name of the operation, as events have it. */
        op: string;
      } & {
        [key: string]: unknown;
      })[];
      /**
       * @description At a failure: go on (the default), stop, or leave the VM as it was before the list.
       * @enum {string}
       */
      mode?: 'continue' | 'stop' | 'atomic';
      /**
       * @description Results of all operations (the default), of none, or of those that failed.
       * @enum {string}
       */
      reply?: 'full' | 'summary' | 'problems';
    };
    BatchSummary: {
      operations: number;
      done: number;
      /** @description Refused, or with an expectation that did not hold. */
      failed: number;
      notAttempted: number;
      /** @description How often each outcome, status or problem code. */
      outcomes: {
        [key: string]: number;
      };
      faults: number;
      events: number;
    };
    Check: {
      /** @enum {string} */
      check:
        | 'vma'
        | 'kvm-guard'
        | 'writable'
        | 'present'
        | 'hypervisor-owned'
        | 'privilege'
        | 'operands'
        | 'covered'
        | 'guest-owned'
        | 'reverse-map'
        | 'mutable'
        | 'page-size'
        | 'nested-size'
        | 'un-assign-is-zero'
        | 'overlap'
        | 'huge-entry'
        | 'in-use'
        | 'lock'
        | 'injection';
      /** @description Manual section, kernel function, or the doubt that decides it. */
      source: string;
      /** @enum {string} */
      result: 'passed' | 'failed' | 'not-reached';
      saw: {
        vma?: {
          backing: components['schemas']['Backing'];
          memslot: number;
          protection: components['schemas']['Protection'];
        } | null;
        leaf?: {
          level: components['schemas']['Level'];
          present: boolean;
          pfn: components['schemas']['Hex'];
        } | null;
        entry?: components['schemas']['Entry'];
        /** @description Assigned 4K pages of the 2 MiB region, 0 to 512. */
        assignedInRegion?: number;
        /** @description What the check wanted, where the state alone does not say it; frames below `frames` are covered. */
        wanted?: {
          gpa?: components['schemas']['Hex'];
          offset?: number;
          asid?: number;
          pageSize?: components['schemas']['PageSize'];
          frames?: components['schemas']['Hex'];
          vmpl?: number;
          assigned?: boolean;
          immutable?: boolean;
          code?: number;
        };
      } | null;
    };
    ComparedGeneration: {
      generation: components['schemas']['GenerationName'];
      /** @enum {string} */
      state: 'running' | 'killed' | 'refused';
      /** @description How many operations came to what. */
      outcomes: {
        [key: string]: number;
      };
      /** @description Against each other generation the first operation that differs; null: none; -1: the creation. */
      firstDifference: {
        [key: string]: number | null;
      };
    };
    /** @description One operation, side by side. */
    ComparedOperation: {
      /** @description Number of the operation from 0; null: the creation of the VM. */
      index: number | null;
      op: string;
      same: boolean;
      by: {
        [key: string]: {
          /** @description Outcome of an access, status of an instruction or request, or the code of a refusal. */
          outcome: string;
          decisions: string[];
          /** @description Of each fault, or of the nested faults on the way; the same in a row as `3×psmash`. */
          actions: string[];
          signal: string | null;
          faultFlags: components['schemas']['Hex'][];
          dmesg: string[];
        };
      };
    };
    /** @description What a list of operations may have, with its name as `op` and without `expect`; or `reset`. */
    ComparedOperationRequest:
      | {
          /** @constant */
          op: 'hypervisor-write';
          /** @description Exactly one of hva, gpa and pfn. */
          hva?: components['schemas']['AddressIn'];
          gpa?: components['schemas']['AddressIn'];
          /** @description A frame number; only with via "direct-map". */
          pfn?: components['schemas']['AddressIn'];
          /** @description Bytes, at least 1; may be left out where `data` is given. */
          size?: components['schemas']['SizeIn'];
          /** @description A byte that is stored `size` times. */
          fill?: number;
          /** @description The bytes, in base64. */
          data?: string;
          /**
           * @description user, the default: a store of the VMM; the others are the kernel’s. kvm: KVM writes guest memory, after what its generation does before such a write.
           * @enum {string}
           */
          via?: 'user' | 'copy-to-user' | 'kvm' | 'direct-map';
          /** @description With copy-to-user: where a fault may not sleep. */
          pagefaultDisabled?: boolean;
          inject?: components['schemas']['Inject'];
        }
      | {
          /** @constant */
          op: 'hypervisor-read';
          /** @description Exactly one of hva, gpa and pfn. */
          hva?: components['schemas']['AddressIn'];
          gpa?: components['schemas']['AddressIn'];
          /** @description A frame number; only with via "direct-map". */
          pfn?: components['schemas']['AddressIn'];
          size: components['schemas']['SizeIn'];
          /** @enum {string} */
          via?: 'user' | 'direct-map';
        }
      | {
          /** @constant */
          op: 'page-state-change';
          entries: components['schemas']['PageStateEntry'][];
          /** @description true, the default: the guest PVALIDATEs around the request, as Linux does. */
          validate?: boolean;
          /** @description The guest ends itself where Linux would: on CF=1 or a failed PVALIDATE. */
          strictGuest?: boolean;
          inject?: components['schemas']['Inject'];
        }
      | {
          /** @constant */
          op: 'pvalidate';
          gpa: components['schemas']['AddressIn'];
          pageSize: components['schemas']['PageSize'];
          validate: boolean;
          vmpl?: 0 | 1 | 2 | 3;
          /** @description true: after FAIL_SIZEMISMATCH of 2M the guest goes on with the 512 pages one by one; carry is then that of any of them. */
          fallback?: boolean;
          inject?: components['schemas']['Inject'];
        }
      | {
          /** @constant */
          op: 'rmpupdate';
          pfn: components['schemas']['AddressIn'];
          assigned: boolean;
          gpa?: components['schemas']['AddressIn'];
          asid?: number;
          pageSize?: components['schemas']['PageSize'];
          immutable?: boolean;
          /** @description false leaves out the direct map's repair before the instruction. */
          directMap?: boolean;
          inject?: components['schemas']['Inject'];
        }
      | {
          /** @constant */
          op: 'psmash';
          pfn: components['schemas']['AddressIn'];
        }
      | {
          /** @constant */
          op: 'guest-access';
          gpa: components['schemas']['AddressIn'];
          /** @description Bytes, at least 1; may be left out where `data` is given. */
          size?: components['schemas']['SizeIn'];
          /**
           * @description page-table-read and page-table-write: the processor walks the guest’s tables, or sets Accessed and Dirty in them.
           * @enum {string}
           */
          access: 'read' | 'write' | 'execute' | 'page-table-read' | 'page-table-write';
          /** @description Whether the guest maps the page encrypted; left out: as private memory. Fetches and the guest’s tables always are, and with vTOM the bit is reserved. */
          cBit?: boolean;
          vmpl?: 0 | 1 | 2 | 3;
          /**
           * @description Whose execute permission a fetch needs; supervisor.
           * @enum {string}
           */
          privilege?: 'supervisor' | 'user';
          /** @description Leaf of the guest’s own page table, 4K where it is left out: the TLB’s entry is the smaller of it and the nested leaf. */
          guestLevel?: components['schemas']['Level'];
          /** @description Of a store: a byte that is stored `size` times. */
          fill?: number;
          /** @description The bytes, in base64. */
          data?: string;
          inject?: components['schemas']['Inject'];
        }
      | {
          /** @constant */
          op: 'rmpadjust';
          gpa: components['schemas']['AddressIn'];
          pageSize: components['schemas']['PageSize'];
          targetVmpl: 0 | 1 | 2 | 3;
          vmpl?: 0 | 1 | 2 | 3;
          inject?: components['schemas']['Inject'];
          permissions: components['schemas']['Permission'][];
          /** @description The VMSA bit, which only VMPL0 changes; false where it is left out. */
          vmsa?: boolean;
        }
      | {
          /** @constant */
          op: 'rmpquery';
          gpa: components['schemas']['AddressIn'];
          pageSize: components['schemas']['PageSize'];
          targetVmpl: 0 | 1 | 2 | 3;
          vmpl?: 0 | 1 | 2 | 3;
          inject?: components['schemas']['Inject'];
        }
      | {
          /** @constant */
          op: 'rmpread';
          pfn: components['schemas']['AddressIn'];
        }
      | {
          /** @constant */
          op: 'ghcb-request';
          /** @enum {string} */
          form: 'nae' | 'msr';
          /** @description NAE form: the structure at SW_SCRATCH, header and entries, in base64. It is never refused for its content. */
          buffer?: string;
          /** @description NAE form: the host returns early after so many 4K pages; the buffer says where to go on. */
          stopAfterPages?: number;
          /** @description MSR form: what the guest wrote to the GHCB MSR. */
          value?: string;
          inject?: components['schemas']['Inject'];
        }
      | {
          /** @constant */
          op: 'nested-map';
          gpa: components['schemas']['AddressIn'];
          /** @description The frame that the guest page is mapped to; null: the memslot’s own again. */
          pfn: components['schemas']['AddressIn'] | null;
          /** @description 4K, the default, or a 2M leaf, whatever the RMP says. */
          pageSize?: components['schemas']['PageSize'];
        }
      | {
          /** @constant */
          op: 'vcpu-enter';
          /** @description Number of the vCPU, in a list of operations only. */
          vcpu?: number;
          /** @description Guest page of the VMSA. */
          vmsa: components['schemas']['AddressIn'];
          /** @description Frame of the VMCB; left out where it lies outside what is looked at. */
          vmcb?: components['schemas']['AddressIn'];
          /** @description The guest has written 0 to PCPU_ID of the VMSA. */
          flushTlb?: boolean;
        }
      | {
          /** @constant */
          op: 'vcpu-exit';
          /** @description Number of the vCPU, in a list of operations only. */
          vcpu?: number;
        }
      | {
          /** @constant */
          op: 'firmware-command';
          command: components['schemas']['FirmwareCommandName'];
          /** @description Frame of the context page; left out: the guest that the VM was created with. */
          gctx?: components['schemas']['AddressIn'];
          /** @description Of LAUNCH_START; 0x30000 where it is left out. */
          policy?: number;
          /** @description Of ACTIVATE. */
          asid?: number;
          /** @description Frame of the page that the command is about. */
          page?: components['schemas']['AddressIn'];
          /** @description 4K where it is left out. */
          pageSize?: components['schemas']['PageSize'];
          /** @description Of LAUNCH_UPDATE, by name or number; normal where it is left out. */
          pageType?: ('normal' | 'vmsa' | 'zero' | 'unmeasured' | 'secrets' | 'cpuid') | number;
          /** @description Of LAUNCH_UPDATE: permissions of VMPL1 on the page; none. */
          vmpl1?: components['schemas']['Permission'][];
          vmpl2?: components['schemas']['Permission'][];
          vmpl3?: components['schemas']['Permission'][];
          /** @description Of PAGE_SET_STATE: frames to become HV-Fixed. */
          pages?: components['schemas']['AddressIn'][];
          source?: components['schemas']['AddressIn'];
          destination?: components['schemas']['AddressIn'];
          /** @description Of SWAP_OUT and SWAP_IN: frame of the metadata page with the entry; left out: the root entry of the context. */
          metadata?: components['schemas']['AddressIn'];
          /** @description Which of its 64 entries; 0. */
          slot?: number;
          /** @description Of GUEST_REQUEST: frame of the request, a message as the guest enciphered it. */
          request?: components['schemas']['AddressIn'];
          /** @description Of GUEST_REQUEST: frame of the response, a Firmware page. */
          response?: components['schemas']['AddressIn'];
        }
      | {
          /** @constant */
          op: 'mmap';
          start: components['schemas']['AddressIn'];
          /** @description Bytes: a multiple of 4096, at most 68719476736. */
          size: components['schemas']['SizeIn'];
          protection?: components['schemas']['Protection'];
        }
      | {
          /** @constant */
          op: 'munmap';
          start: components['schemas']['AddressIn'];
          /** @description Bytes: a multiple of 4096, at most 68719476736. */
          size: components['schemas']['SizeIn'];
        }
      | {
          /** @constant */
          op: 'mprotect';
          start: components['schemas']['AddressIn'];
          /** @description Bytes: a multiple of 4096, at most 68719476736. */
          size: components['schemas']['SizeIn'];
          protection: components['schemas']['Protection'];
        }
      | {
          /** @constant */
          op: 'madvise';
          /** @description Exactly one of hva and gpa. */
          hva?: components['schemas']['AddressIn'];
          gpa?: components['schemas']['AddressIn'];
          /** @description Bytes: a multiple of 4096, at most 68719476736. */
          size: components['schemas']['SizeIn'];
          /** @enum {string} */
          advice: 'HUGEPAGE' | 'NOHUGEPAGE' | 'COLLAPSE' | 'DONTNEED' | 'REMOVE';
        }
      | {
          /** @constant */
          op: 'khugepaged';
          hva?: components['schemas']['AddressIn'];
          gpa?: components['schemas']['AddressIn'];
          /** @description Bytes: a multiple of 4096, at most 68719476736. */
          size?: components['schemas']['SizeIn'];
        }
      | {
          /** @constant */
          op: 'pin';
          /** @description Exactly one of hva and gpa. */
          hva?: components['schemas']['AddressIn'];
          gpa?: components['schemas']['AddressIn'];
          /** @description Bytes: a multiple of 4096, at most 68719476736. */
          size: components['schemas']['SizeIn'];
          /** @description false takes the pin away, also from frames that the range had before. */
          pinned: boolean;
        }
      | {
          /** @constant */
          op: 'leaf-state';
          /** @description Exactly one of hva and gpa. */
          hva?: components['schemas']['AddressIn'];
          gpa?: components['schemas']['AddressIn'];
          /** @description Bytes: a multiple of 4096, at most 68719476736. */
          size: components['schemas']['SizeIn'];
          /** @enum {string} */
          change: 'swap-out' | 'migrate' | 'numa-hint' | 'restore';
        }
      | {
          /** @constant */
          op: 'kernel-map';
          /** @description The guest page that KVM maps for writing. */
          gpa: components['schemas']['AddressIn'];
        }
      | {
          /** @constant */
          op: 'kernel-unmap';
          /** @description Number of the map. */
          map: number;
        }
      | {
          /** @constant */
          op: 'reset';
        };
    Comparison: {
      generations: components['schemas']['GenerationName'][];
      /** @description null: all generations do the same. */
      firstDifference: components['schemas']['FirstDifference'] | null;
      summary: components['schemas']['ComparedGeneration'][];
      /** @description The creation first. */
      operations: components['schemas']['ComparedOperation'][];
    };
    ComparisonRequest: {
      /** @description What POST /v1/vms takes, without name, labels, ttlSeconds and generation. */
      vm: {
        /** @description same: one host page for each guest page. separate: private memory has pages of its own. Left out: as the generation has it. */
        privateBacking?: components['schemas']['PrivateBacking'];
        /** @description CPUs of the host, which bound RMPUPDATE retries in some generations; 48 where it is left out. */
        hostCpus?: number;
        /** @description One memslot at gpa 0: 256 MiB, thp and shared where nothing else is said. */
        memory?: {
          size?: components['schemas']['SizeIn'];
          backing?: components['schemas']['Backing'];
          initialState?: components['schemas']['InitialState'];
        };
        /** @description Instead of memory. */
        memslots?: {
          gpa: components['schemas']['AddressIn'];
          size: components['schemas']['SizeIn'];
          backing?: components['schemas']['Backing'];
          /** @description 0x7f0000000000 + gpa where it is left out; 0x100000000000 + gpa for more than 512 GiB of memory. */
          hva?: components['schemas']['AddressIn'];
          initialState?: components['schemas']['InitialState'];
        }[];
        asid?: number;
        seed?: number;
        /**
         * @description kill, the default: a signal ends the VMM; report: it is only said.
         * @enum {string}
         */
        onSigbus?: 'kill' | 'report';
        /** @description What manual and mails leave open; the first value of each is the default. */
        doubts?: {
          /**
           * @description RMPUPDATE on an entry that is immutable and overlaps too: which is found first.
           * @enum {string}
           */
          D1?: 'permission-first' | 'overlap-first';
          /**
           * @description RMPUPDATE with assigned=0 and asid or immutable set.
           * @enum {string}
           */
          D2?: 'input' | 'permission';
          /**
           * @description RMPUPDATE that keeps asid, gpa and size: what becomes of validated, vmsa and the masks.
           * @enum {string}
           */
          D3?: 'keep' | 'clear';
          /**
           * @description A 2M RMPUPDATE over 512 assigned 4K entries of the same guest.
           * @enum {string}
           */
          D4?: 'overlap' | 'merge';
          /**
           * @description What the 511 followers of a 2M entry hold besides assigned.
           * @enum {string}
           */
          D5?: 'assigned-only' | 'mirror';
          /**
           * @description Whether the sizes of PVALIDATE and RMPADJUST are judged by the RMP entry or the nested leaf.
           * @enum {string}
           */
          D6?: 'rmp' | 'npt';
          /**
           * @description PVALIDATE below VMPL0.
           * @enum {string}
           */
          D7?: 'general-protection' | 'permission';
          /**
           * @description Bits 31 and 36 of EXITINFO1 after a VMPL failure, or 36 alone.
           * @enum {string}
           */
          D8?: 'both' | 'vmpl-only';
          /**
           * @description Unit of the segment size in RMP_CFG.
           * @enum {string}
           */
          D9?: 'log2-bytes' | 'log2-gib';
          /**
           * @description A store of the VMM that would fault on the RMP for ever: the generation’s livelock, or SIGBUS after all.
           * @enum {string}
           */
          D10?: 'by-generation' | 'sigbus';
          /**
           * @description Names of KVM’s guest_memfd hooks.
           * @enum {string}
           */
          D11?: 'prepare-invalidate';
          /**
           * @description RMPUPDATE that un-assigns one 4K page of a 2M entry.
           * @enum {string}
           */
          D12?: 'overlap' | 'smash';
          /**
           * @description A TLB that RMPADJUST does not flush, or none.
           * @enum {string}
           */
          D13?: 'no-tlb' | 'stale-vmpl';
          /**
           * @description What the host reads of a guest’s private page: ciphertext, or 0xff where the processor hides it.
           * @enum {string}
           */
          D14?: 'ciphertext' | 'hidden';
          /**
           * @description Spurious nested faults on entries that another CPU holds: never, or once for each page that the guest touches.
           * @enum {string}
           */
          D15?: 'off' | 'once';
          /**
           * @description A 2M RMPUPDATE where only the base page is 4K-assigned.
           * @enum {string}
           */
          D16?: 'overlap' | 'allow';
          /**
           * @description An RMP fault for which the kernel finds nothing to do: taken again without end, or SIGBUS.
           * @enum {string}
           */
          G1?: 'endless' | 'sigbus';
          /**
           * @description Stray bits of the uninitialised fault value: none; oom: v1 takes the OOM path; hwpoison: v1 to v4 send BUS_MCEERR_AR.
           * @enum {string}
           */
          G2?: 'none' | 'oom' | 'hwpoison';
          /**
           * @description Whether an unassigned base entry can carry a page size: decided by G10.
           * @enum {string}
           */
          G3?: 'as-G10';
          /**
           * @description The day v6 was posted.
           * @enum {string}
           */
          G4?: '2022-06-20';
          /**
           * @description v3’s write tracking, whose patch was not opened: as in v4, or none.
           * @enum {string}
           */
          G5?: 'as-v4' | 'untracked';
          /**
           * @description v1 patches known by title only.
           * @enum {string}
           */
          G6?: 'as-titled';
          /**
           * @description The error of a refused in-place conversion.
           * @enum {string}
           */
          G7?: 'EAGAIN' | 'EBUSY';
          /**
           * @description Defaults of khugepaged, and values of VM_FAULT flags.
           * @enum {string}
           */
          G8?: 'linux-5.12';
          /**
           * @description v1’s return code where the guest page cannot be mapped.
           * @enum {string}
           */
          G9?: 'not-reached';
          /**
           * @description A 2M un-assignment leaves zeroes, or the page size in the base entry.
           * @enum {string}
           */
          G10?: 'zeroes' | 'page-size-kept';
          /**
           * @description The lines of v6 (a failed RMPUPDATE) and of v7 and v8 (before SIGBUS).
           * @enum {string}
           */
          G11?: 'logged' | 'silent';
          /**
           * @description The frame that v1 to v4 read out of a swap or migration entry.
           * @enum {string}
           */
          G12?: '0xffffffffff' | '0x0';
        };
        /**
         * @description finished, the default: the guest counts as launched and runs; none: it waits for firmware commands.
         * @enum {string}
         */
        launch?: 'finished' | 'none';
        rmp?: {
          /** @description Memory that the RMP covers, from frame 0: a multiple of 2 MiB; all RAM where it is left out. */
          coverage?: components['schemas']['SizeIn'];
          /** @description Frames that are the host’s for ever, as the firmware marks them when it starts. */
          hvFixed?: {
            pfn: components['schemas']['AddressIn'];
            pages?: number;
          }[];
        };
        /** @description SEV_FEATURES of the guest. reflectVc: each #VC becomes an exit. virtualTom: data below this address is private and from it on shared; a multiple of 2 MiB. */
        sevFeatures?: {
          reflectVc?: boolean;
          virtualTom?: components['schemas']['AddressIn'];
        };
        /** @description Pages that the AEAD counter of one guest lets SNP_PAGE_SWAP_OUT write before AEAD_OFLOW. */
        aeadLimit?: number;
        inject?: components['schemas']['Inject'];
      };
      /** @description All of them where it is left out. */
      generations?: components['schemas']['GenerationName'][];
      operations: components['schemas']['ComparedOperationRequest'][];
    };
    /** @description What a store beside a private page comes to on this memory. */
    Compatibility: {
      /** @enum {string} */
      backing: 'thp' | '4k' | 'shmem-thp' | 'hugetlb-2M' | 'hugetlb-1G' | 'dax-2M';
      /** @enum {string} */
      verdict: 'ok' | 'sigbus' | 'livelock' | 'ping-pong' | 'refused';
      reason: string;
      rule: components['schemas']['RuleName'] | null;
      derived: boolean;
    };
    CreateRequest: {
      name?: string;
      /** @description At most 32. */
      labels?: {
        [key: string]: string;
      };
      /** @description The VM is deleted so long after its creation. */
      ttlSeconds?: number;
      /** @description The version of the host kernel; rfc-v1-reply where it is left out. */
      generation?: components['schemas']['GenerationName'];
      /** @description same: one host page for each guest page. separate: private memory has pages of its own. Left out: as the generation has it. */
      privateBacking?: components['schemas']['PrivateBacking'];
      /** @description CPUs of the host, which bound RMPUPDATE retries in some generations; 48 where it is left out. */
      hostCpus?: number;
      /** @description One memslot at gpa 0: 256 MiB, thp and shared where nothing else is said. */
      memory?: {
        size?: components['schemas']['SizeIn'];
        backing?: components['schemas']['Backing'];
        initialState?: components['schemas']['InitialState'];
      };
      /** @description Instead of memory. */
      memslots?: {
        gpa: components['schemas']['AddressIn'];
        size: components['schemas']['SizeIn'];
        backing?: components['schemas']['Backing'];
        /** @description 0x7f0000000000 + gpa where it is left out; 0x100000000000 + gpa for more than 512 GiB of memory. */
        hva?: components['schemas']['AddressIn'];
        initialState?: components['schemas']['InitialState'];
      }[];
      asid?: number;
      seed?: number;
      /**
       * @description kill, the default: a signal ends the VMM; report: it is only said.
       * @enum {string}
       */
      onSigbus?: 'kill' | 'report';
      /** @description What manual and mails leave open; the first value of each is the default. */
      doubts?: {
        /**
         * @description RMPUPDATE on an entry that is immutable and overlaps too: which is found first.
         * @enum {string}
         */
        D1?: 'permission-first' | 'overlap-first';
        /**
         * @description RMPUPDATE with assigned=0 and asid or immutable set.
         * @enum {string}
         */
        D2?: 'input' | 'permission';
        /**
         * @description RMPUPDATE that keeps asid, gpa and size: what becomes of validated, vmsa and the masks.
         * @enum {string}
         */
        D3?: 'keep' | 'clear';
        /**
         * @description A 2M RMPUPDATE over 512 assigned 4K entries of the same guest.
         * @enum {string}
         */
        D4?: 'overlap' | 'merge';
        /**
         * @description What the 511 followers of a 2M entry hold besides assigned.
         * @enum {string}
         */
        D5?: 'assigned-only' | 'mirror';
        /**
         * @description Whether the sizes of PVALIDATE and RMPADJUST are judged by the RMP entry or the nested leaf.
         * @enum {string}
         */
        D6?: 'rmp' | 'npt';
        /**
         * @description PVALIDATE below VMPL0.
         * @enum {string}
         */
        D7?: 'general-protection' | 'permission';
        /**
         * @description Bits 31 and 36 of EXITINFO1 after a VMPL failure, or 36 alone.
         * @enum {string}
         */
        D8?: 'both' | 'vmpl-only';
        /**
         * @description Unit of the segment size in RMP_CFG.
         * @enum {string}
         */
        D9?: 'log2-bytes' | 'log2-gib';
        /**
         * @description A store of the VMM that would fault on the RMP for ever: the generation’s livelock, or SIGBUS after all.
         * @enum {string}
         */
        D10?: 'by-generation' | 'sigbus';
        /**
         * @description Names of KVM’s guest_memfd hooks.
         * @enum {string}
         */
        D11?: 'prepare-invalidate';
        /**
         * @description RMPUPDATE that un-assigns one 4K page of a 2M entry.
         * @enum {string}
         */
        D12?: 'overlap' | 'smash';
        /**
         * @description A TLB that RMPADJUST does not flush, or none.
         * @enum {string}
         */
        D13?: 'no-tlb' | 'stale-vmpl';
        /**
         * @description What the host reads of a guest’s private page: ciphertext, or 0xff where the processor hides it.
         * @enum {string}
         */
        D14?: 'ciphertext' | 'hidden';
        /**
         * @description Spurious nested faults on entries that another CPU holds: never, or once for each page that the guest touches.
         * @enum {string}
         */
        D15?: 'off' | 'once';
        /**
         * @description A 2M RMPUPDATE where only the base page is 4K-assigned.
         * @enum {string}
         */
        D16?: 'overlap' | 'allow';
        /**
         * @description An RMP fault for which the kernel finds nothing to do: taken again without end, or SIGBUS.
         * @enum {string}
         */
        G1?: 'endless' | 'sigbus';
        /**
         * @description Stray bits of the uninitialised fault value: none; oom: v1 takes the OOM path; hwpoison: v1 to v4 send BUS_MCEERR_AR.
         * @enum {string}
         */
        G2?: 'none' | 'oom' | 'hwpoison';
        /**
         * @description Whether an unassigned base entry can carry a page size: decided by G10.
         * @enum {string}
         */
        G3?: 'as-G10';
        /**
         * @description The day v6 was posted.
         * @enum {string}
         */
        G4?: '2022-06-20';
        /**
         * @description v3’s write tracking, whose patch was not opened: as in v4, or none.
         * @enum {string}
         */
        G5?: 'as-v4' | 'untracked';
        /**
         * @description v1 patches known by title only.
         * @enum {string}
         */
        G6?: 'as-titled';
        /**
         * @description The error of a refused in-place conversion.
         * @enum {string}
         */
        G7?: 'EAGAIN' | 'EBUSY';
        /**
         * @description Defaults of khugepaged, and values of VM_FAULT flags.
         * @enum {string}
         */
        G8?: 'linux-5.12';
        /**
         * @description v1’s return code where the guest page cannot be mapped.
         * @enum {string}
         */
        G9?: 'not-reached';
        /**
         * @description A 2M un-assignment leaves zeroes, or the page size in the base entry.
         * @enum {string}
         */
        G10?: 'zeroes' | 'page-size-kept';
        /**
         * @description The lines of v6 (a failed RMPUPDATE) and of v7 and v8 (before SIGBUS).
         * @enum {string}
         */
        G11?: 'logged' | 'silent';
        /**
         * @description The frame that v1 to v4 read out of a swap or migration entry.
         * @enum {string}
         */
        G12?: '0xffffffffff' | '0x0';
      };
      /**
       * @description finished, the default: the guest counts as launched and runs; none: it waits for firmware commands.
       * @enum {string}
       */
      launch?: 'finished' | 'none';
      rmp?: {
        /** @description Memory that the RMP covers, from frame 0: a multiple of 2 MiB; all RAM where it is left out. */
        coverage?: components['schemas']['SizeIn'];
        /** @description Frames that are the host’s for ever, as the firmware marks them when it starts. */
        hvFixed?: {
          pfn: components['schemas']['AddressIn'];
          pages?: number;
        }[];
      };
      /** @description SEV_FEATURES of the guest. reflectVc: each #VC becomes an exit. virtualTom: data below this address is private and from it on shared; a multiple of 2 MiB. */
      sevFeatures?: {
        reflectVc?: boolean;
        virtualTom?: components['schemas']['AddressIn'];
      };
      /** @description Pages that the AEAD counter of one guest lets SNP_PAGE_SWAP_OUT write before AEAD_OFLOW. */
      aeadLimit?: number;
      inject?: components['schemas']['Inject'];
    };
    /** @enum {string} */
    Decision: 'RETRY' | 'KILL' | 'PAGE_SPLIT' | 'FORCE_SHARED' | 'NONE';
    DecodeBody: {
      /** @description Lines of a kernel log; others may stand between them. */
      text: string;
    };
    Decoded: {
      incidents: components['schemas']['Incident'][];
      /** @description Different incidents beyond the limit. */
      incidentsLeftOut: number;
      totalLines: number;
      /** @description Lines that belong to no incident. */
      unknownLines: number;
      summary: string;
    };
    /** @description An RMP entry, in the layout of Milan and Genoa. */
    DecodedEntry: {
      pfn: components['schemas']['Hex'];
      assigned: boolean;
      immutable: boolean;
      /** @description The entry's own bit; a page inside a 2M entry has 4K here. */
      pageSize: components['schemas']['PageSize'];
      gpa: components['schemas']['Hex'];
      asid: number;
      vmsa: boolean;
      validated: boolean;
      /**
       * @description Of this entry alone: a page inside a 2M entry looks like `reclaim`.
       * @enum {string}
       */
      state:
        | 'invalid'
        | 'default'
        | 'hypervisor'
        | 'hv-fixed'
        | 'firmware'
        | 'firmware-iommu'
        | 'reclaim'
        | 'context'
        | 'metadata'
        | 'pre-guest'
        | 'pre-swap'
        | 'guest-invalid'
        | 'guest-valid';
      subPageCount: number | null;
      vmpl: number[] | null;
      /** @description The two quadwords, low and high; null where the log has the fields instead. */
      raw: components['schemas']['Hex'][] | null;
    };
    Diagnostics: {
      version: string;
      rulesVersion: number;
      ready: boolean;
      /** @description Every setting as it stands; a secret that is set is "***", one that is not set is null. */
      settings: {
        [key: string]: unknown;
      };
      use: {
        vms: components['schemas']['Use'];
        contentBytes: components['schemas']['Use'];
        touchedBytes: components['schemas']['Use'];
        logBytes: components['schemas']['Use'];
        connections: components['schemas']['Use'];
        streams: components['schemas']['Use'];
        streamSubscriptions: components['schemas']['Use'];
        streamTickets: components['schemas']['Use'];
      };
      log: {
        epoch: string;
        /** @enum {string} */
        began: 'restart-without-store' | 'store-replaced';
        head: number;
        oldest: number;
        events: number;
        segments: number;
      };
      store: {
        /** @enum {string} */
        kind: 'memory' | 'folder';
        /** @description Why nothing can be written at present. */
        failure: string | null;
        record: number | null;
        /** @description Batches of records that are not kept yet. */
        waiting: number | null;
        diskBytes: number | null;
        idempotencyKeys: number;
      };
      stream: {
        /** @description WebSockets, and event streams over HTTP. */
        followers: number;
        /** @description Events that the WebSocket which is farthest behind has to go. */
        lag: number;
        unsentBytes: number;
        /** @description The WebSockets that are farthest behind, at most 100. */
        sockets: {
          subscriptions: number;
          lag: number;
          unsentBytes: number;
        }[];
      };
      vitals: {
        node: string;
        uptimeSeconds: number;
        eventLoopDelayMs: {
          mean: number;
          p99: number;
          max: number;
        };
        memoryBytes: {
          rss: number;
          heapUsed: number;
          heapTotal: number;
          external: number;
          arrayBuffers: number;
        };
      } | null;
    };
    /** @description One entry of the Reverse Map Table. */
    Entry: {
      pfn: components['schemas']['Hex'];
      assigned: boolean;
      /** @description The entry's own page-size bit. */
      pageSize: components['schemas']['PageSize'];
      /** @description Page size of the 2M-aligned base entry: what a look-up reports. */
      level: components['schemas']['PageSize'];
      immutable: boolean;
      gpa: components['schemas']['Hex'];
      asid: number;
      vmsa: boolean;
      validated: boolean;
      /** @description Permission masks of VMPL 0 to 3: R 1, W 2, X-user 4, X-supervisor 8, SSS 16. */
      vmpl: number[];
      /** @description Assigned 4K pages of the region besides the base; only ever set in the base entry. */
      subPageCount: number;
      /** @description State of the page by its effective entry. */
      state: components['schemas']['PageState'];
      /** @description The two quadwords, low and high, in the layout of Milan and Genoa. */
      raw: components['schemas']['Hex'][];
    };
    /** @description Frames that follow one another and say the same, but for a gpa that counts on; the first one is shown. */
    EntryRun: {
      pfn: components['schemas']['Hex'];
      assigned: boolean;
      immutable: boolean;
      /** @description The entry's own bit; a page inside a 2M entry has 4K here. */
      pageSize: components['schemas']['PageSize'];
      gpa: components['schemas']['Hex'];
      asid: number;
      vmsa: boolean;
      validated: boolean;
      /**
       * @description Of this entry alone: a page inside a 2M entry looks like `reclaim`.
       * @enum {string}
       */
      state:
        | 'invalid'
        | 'default'
        | 'hypervisor'
        | 'hv-fixed'
        | 'firmware'
        | 'firmware-iommu'
        | 'reclaim'
        | 'context'
        | 'metadata'
        | 'pre-guest'
        | 'pre-swap'
        | 'guest-invalid'
        | 'guest-valid';
      subPageCount: number | null;
      vmpl: number[] | null;
      /** @description The two quadwords, low and high; null where the log has the fields instead. */
      raw: components['schemas']['Hex'][] | null;
      pages: number;
    };
    /** @description One fact: something that happened in a VM. */
    Event:
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vm-created';
          origin?: components['schemas']['Origin'];
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vm-reset';
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vm-killed';
          /** @enum {string} */
          cause: 'sigbus' | 'segv' | 'oops' | 'guest-terminated';
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vm-deleted';
          /** @enum {string} */
          cause: 'request' | 'ttl';
          /** @description 4K pages that the teardown un-assigned. */
          unassigned: number;
          /** @description 4K pages that it could not. */
          leaked: number;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'fault';
          outcome: components['schemas']['AccessOutcome'];
          fault: components['schemas']['Fault'];
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'mapping-installed';
          gpa: components['schemas']['Hex'] | null;
          hva: components['schemas']['Hex'];
          pages: number;
          level: components['schemas']['Level'];
          /** @enum {string} */
          cause:
            | 'fault'
            | 'nested-fault'
            | 'split'
            | 'other-thread'
            | 'mmap'
            | 'munmap'
            | 'mprotect'
            | 'madvise'
            | 'khugepaged'
            | 'leaf-state'
            | 'pin'
            | 'conversion';
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'mapping-split';
          gpa: components['schemas']['Hex'] | null;
          hva: components['schemas']['Hex'];
          pages: number;
          from: components['schemas']['Level'];
          level: components['schemas']['Level'];
          /** @enum {string} */
          cause:
            | 'fault'
            | 'nested-fault'
            | 'split'
            | 'other-thread'
            | 'mmap'
            | 'munmap'
            | 'mprotect'
            | 'madvise'
            | 'khugepaged'
            | 'leaf-state'
            | 'pin'
            | 'conversion';
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'mapping-collapsed';
          gpa: components['schemas']['Hex'] | null;
          hva: components['schemas']['Hex'];
          pages: number;
          /** @description First frame of the new leaf. */
          pfn: components['schemas']['Hex'];
          level: components['schemas']['Level'];
          /** @description The pages were copied into other frames. */
          copied: boolean;
          /** @enum {string} */
          cause:
            | 'fault'
            | 'nested-fault'
            | 'split'
            | 'other-thread'
            | 'mmap'
            | 'munmap'
            | 'mprotect'
            | 'madvise'
            | 'khugepaged'
            | 'leaf-state'
            | 'pin'
            | 'conversion';
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'mapping-removed';
          gpa: components['schemas']['Hex'] | null;
          hva: components['schemas']['Hex'];
          pages: number;
          level: components['schemas']['Level'];
          /** @enum {string} */
          leaf: 'none' | 'swap' | 'migration' | 'numa-hint';
          /** @enum {string} */
          cause:
            | 'fault'
            | 'nested-fault'
            | 'split'
            | 'other-thread'
            | 'mmap'
            | 'munmap'
            | 'mprotect'
            | 'madvise'
            | 'khugepaged'
            | 'leaf-state'
            | 'pin'
            | 'conversion';
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vma-mapped';
          gpa: components['schemas']['Hex'] | null;
          hva: components['schemas']['Hex'];
          pages: number;
          /** @description Number of the memslot. */
          memslot: number;
          backing: components['schemas']['Backing'];
          protection: components['schemas']['Protection'];
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vma-unmapped';
          gpa: components['schemas']['Hex'] | null;
          hva: components['schemas']['Hex'];
          pages: number;
          /** @description Number of the memslot. */
          memslot: number;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vma-protected';
          gpa: components['schemas']['Hex'] | null;
          hva: components['schemas']['Hex'];
          pages: number;
          /** @description Number of the memslot. */
          memslot: number;
          protection: components['schemas']['Protection'];
          hugePages: components['schemas']['HugePages'];
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'page-leaked';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          /**
           * @description freed: while the RMP had it assigned; punched: out of private memory, at a change to shared.
           * @enum {string}
           */
          cause: 'teardown' | 'freed' | 'punched';
          /** @description The failing RMPUPDATE's. */
          code: number | null;
          dmesg: string[];
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'direct-map-split';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'rmp-updated';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          pageSize: components['schemas']['PageSize'];
          assigned: boolean;
          entryGpa: components['schemas']['Hex'];
          asid: number;
          immutable: boolean;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'psmashed';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'pvalidated';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          pageSize: components['schemas']['PageSize'];
          validate: boolean;
          carry: boolean;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'page-state-changed';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          pageSize: components['schemas']['PageSize'];
          /** @enum {string} */
          change: 'private' | 'shared' | 'psmash' | 'unsmash';
          status: components['schemas']['Status'];
          rmpPages: number;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'nested-fault';
          fault: components['schemas']['NestedFault'];
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vc-exception';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          /** @enum {string} */
          access: 'pvalidate' | 'rmpadjust' | 'rmpquery' | 'read' | 'write' | 'execute' | 'page-table-read' | 'page-table-write';
          errorCode: components['schemas']['Hex'];
          /** @constant */
          reflected?: true;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'memory-fault-exit';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          /** @description What the page would have to be for the access. */
          private: boolean;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'rmp-adjusted';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          pageSize: components['schemas']['PageSize'];
          targetVmpl: 0 | 1 | 2 | 3;
          permissions: components['schemas']['Permission'][];
          vmsa: boolean;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'nested-mapped';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vcpu-entered';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          vcpu: number;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'vcpu-exited';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          vcpu: number;
        }
      | {
          vm: string;
          /** @description Dense per VM, from 1. */
          seq: number;
          /** @description Dense over the service, from 1. */
          position: number;
          /** @description Name of the operation that made it. */
          op: string;
          /** @description The VM's counter of operations. */
          operation: number;
          requestId: string | null;
          /** Format: date-time */
          at: string;
          /** @constant */
          type: 'firmware-command';
          gpa: components['schemas']['Hex'] | null;
          pfn: components['schemas']['Hex'];
          /** @description 4K pages. */
          pages: number;
          command: components['schemas']['FirmwareCommandName'];
          status: components['schemas']['FirmwareStatus'];
          code: number;
          changes: {
            pfn: components['schemas']['Hex'];
            pages: number;
            from: components['schemas']['PageState'];
            to: components['schemas']['PageState'];
          }[];
        };
    EventPage: {
      events: components['schemas']['Event'][];
      /**
       * @description The cursor to go on from.
       * @example e1.1068
       */
      next: string;
      /** @description Position of the newest event when the request came. */
      head: number;
      /** @description Position of the oldest event that is kept. */
      oldest: number;
    };
    /** @description Whether what the request expects did happen; there only where it expects something. */
    Expectation: {
      held: boolean;
      differences: {
        field: string;
        expected: string | boolean | string[] | null;
        actual: string | boolean | string[] | null;
      }[];
    };
    /** @description The name of an operation and its body, without `inject` and `expect`. */
    ExplainRequest:
      | {
          /** @description Exactly one of hva, gpa and pfn. */
          hva?: components['schemas']['AddressIn'];
          gpa?: components['schemas']['AddressIn'];
          /** @description A frame number; only with via "direct-map". */
          pfn?: components['schemas']['AddressIn'];
          /** @description Bytes, at least 1; may be left out where `data` is given. */
          size?: components['schemas']['SizeIn'];
          /** @description A byte that is stored `size` times. */
          fill?: number;
          /** @description The bytes, in base64. */
          data?: string;
          /**
           * @description user, the default: a store of the VMM; the others are the kernel’s. kvm: KVM writes guest memory, after what its generation does before such a write.
           * @enum {string}
           */
          via?: 'user' | 'copy-to-user' | 'kvm' | 'direct-map';
          /** @description With copy-to-user: where a fault may not sleep. */
          pagefaultDisabled?: boolean;
          /** @constant */
          op: 'hypervisor-write';
        }
      | {
          /** @description Exactly one of hva, gpa and pfn. */
          hva?: components['schemas']['AddressIn'];
          gpa?: components['schemas']['AddressIn'];
          /** @description A frame number; only with via "direct-map". */
          pfn?: components['schemas']['AddressIn'];
          size: components['schemas']['SizeIn'];
          /** @enum {string} */
          via?: 'user' | 'direct-map';
          /** @constant */
          op: 'hypervisor-read';
        }
      | {
          gpa: components['schemas']['AddressIn'];
          pageSize: components['schemas']['PageSize'];
          validate: boolean;
          vmpl?: 0 | 1 | 2 | 3;
          /** @constant */
          op: 'pvalidate';
        }
      | {
          pfn: components['schemas']['AddressIn'];
          assigned: boolean;
          gpa?: components['schemas']['AddressIn'];
          asid?: number;
          pageSize?: components['schemas']['PageSize'];
          immutable?: boolean;
          /** @description false leaves out the direct map's repair before the instruction. */
          directMap?: boolean;
          /** @constant */
          op: 'rmpupdate';
        }
      | {
          pfn: components['schemas']['AddressIn'];
          /** @constant */
          op: 'psmash';
        };
    Explanation: {
      /** @enum {string} */
      op: 'hypervisor-write' | 'hypervisor-read' | 'pvalidate' | 'rmpupdate' | 'psmash';
      /** @description Where it would fail first, or where it begins. */
      page: {
        gpa: components['schemas']['Hex'] | null;
        hva: components['schemas']['Hex'] | null;
        pfn: components['schemas']['Hex'] | null;
      };
      /** @description Bytes of a host access before that page. */
      bytesBefore: number;
      /** @description In order; the first failing one is `failed`, those after it are `not-reached`. */
      checks: components['schemas']['Check'][];
      verdict: {
        /**
         * @description kvm-guard: what KVM does before it stores, by `handler`.
         * @enum {string}
         */
        kind: 'completed' | 'fault' | 'kvm-guard' | 'nested-fault' | 'status';
        status: components['schemas']['Status'] | null;
        code: number | null;
        carry: boolean | null;
        fault: ('rmp' | 'not-present' | 'protection') | null;
        reason: ('page-assigned' | 'mapping-overlaps-assigned' | 'page-in-use') | null;
        errorCode: components['schemas']['Hex'] | null;
        errorCodeBits: string[];
        /** @description null where nothing is to be answered, or where an injection acts before the handler looks. */
        handler: {
          decision: components['schemas']['Decision'] | null;
          lookedUp: {
            pfn: components['schemas']['Hex'];
            assigned: boolean;
            level: components['schemas']['Level'];
          } | null;
          repairs: (
            | 'map'
            | 'split-leaf'
            | 'allocate-table'
            | 'split-direct-map'
            | 'remove-direct-map'
            | 'restore-direct-map'
            | 'psmash'
            | 'make-private'
            | 'make-shared'
            | 'prepare-private'
            | 'convert'
          )[];
          /** @enum {string} */
          then:
            | 'retry'
            | 'normal-fault'
            | 'sigbus'
            | 'hwpoison'
            | 'out-of-memory'
            | 'efault'
            | 'ebusy'
            | 'eagain'
            | 'oops'
            | 'wait'
            | 'go-on'
            | 'exit-to-vmm'
            | 'segv';
        } | null;
      };
    };
    /** @description One page fault of a host access, and what came of it. */
    Fault: {
      /** @enum {string} */
      kind: 'rmp' | 'not-present' | 'protection';
      /** @enum {string} */
      origin: 'user' | 'kernel';
      /** @enum {string} */
      access: 'read' | 'write';
      /** @description First byte of the piece that faulted. */
      hva: components['schemas']['Hex'];
      gpa: components['schemas']['Hex'] | null;
      pfn: components['schemas']['Hex'] | null;
      errorCode: components['schemas']['Hex'];
      errorCodeBits: string[];
      /** @description Level of the leaf that was walked. */
      level: components['schemas']['Level'] | null;
      /** @description What the handler read, right or wrong. */
      lookedUp: {
        pfn: components['schemas']['Hex'];
        assigned: boolean;
        level: components['schemas']['Level'];
      } | null;
      /** @description The entry of the page written, as the hardware saw it. */
      rmp: components['schemas']['Entry'] | null;
      reason: ('page-assigned' | 'mapping-overlaps-assigned' | 'page-in-use') | null;
      /** @description Only faults of kind rmp have one. */
      decision: components['schemas']['Decision'] | null;
      /** @description What handle_mm_fault is given. */
      faultFlags: {
        value: components['schemas']['Hex'];
        names: string[];
      } | null;
      action: components['schemas']['FaultAction'];
      signal: components['schemas']['Signal'] | null;
      dmesg: string[];
      /** @description How many times in a row this very fault was taken. */
      repeats: number;
    };
    /** @enum {string} */
    FaultAction:
      | 'none'
      | 'split'
      | 'split-failed'
      | 'cleared'
      | 'mapped'
      | 'sigbus'
      | 'segv'
      | 'efault'
      | 'ebusy'
      | 'oops'
      | 'made-shared'
      | 'made-private'
      | 'psmash'
      | 'zapped';
    FirmwareAnswer: {
      status: components['schemas']['FirmwareStatus'];
      code: number;
      /** @description The guest that the command named, afterwards; null where there is none. */
      guest: {
        /** @enum {string} */
        state: 'init' | 'launch' | 'running';
        asid: number | null;
        policy: number;
        /** @description SHA-384 over the pages launched so far, chained as the firmware does. */
        launchDigest: string;
      } | null;
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    /** @enum {string} */
    FirmwareCommandName:
      | 'SNP_GCTX_CREATE'
      | 'SNP_LAUNCH_START'
      | 'SNP_ACTIVATE'
      | 'SNP_LAUNCH_UPDATE'
      | 'SNP_LAUNCH_FINISH'
      | 'SNP_DF_FLUSH'
      | 'SNP_DECOMMISSION'
      | 'SNP_PAGE_RECLAIM'
      | 'SNP_PAGE_UNSMASH'
      | 'SNP_PAGE_MOVE'
      | 'SNP_PAGE_MD_INIT'
      | 'SNP_PAGE_SWAP_OUT'
      | 'SNP_PAGE_SWAP_IN'
      | 'SNP_PAGE_SET_STATE'
      | 'SNP_GUEST_REQUEST';
    FirmwareRequest: {
      command: components['schemas']['FirmwareCommandName'];
      /** @description Frame of the context page; left out: the guest that the VM was created with. */
      gctx?: components['schemas']['AddressIn'];
      /** @description Of LAUNCH_START; 0x30000 where it is left out. */
      policy?: number;
      /** @description Of ACTIVATE. */
      asid?: number;
      /** @description Frame of the page that the command is about. */
      page?: components['schemas']['AddressIn'];
      /** @description 4K where it is left out. */
      pageSize?: components['schemas']['PageSize'];
      /** @description Of LAUNCH_UPDATE, by name or number; normal where it is left out. */
      pageType?: ('normal' | 'vmsa' | 'zero' | 'unmeasured' | 'secrets' | 'cpuid') | number;
      /** @description Of LAUNCH_UPDATE: permissions of VMPL1 on the page; none. */
      vmpl1?: components['schemas']['Permission'][];
      vmpl2?: components['schemas']['Permission'][];
      vmpl3?: components['schemas']['Permission'][];
      /** @description Of PAGE_SET_STATE: frames to become HV-Fixed. */
      pages?: components['schemas']['AddressIn'][];
      source?: components['schemas']['AddressIn'];
      destination?: components['schemas']['AddressIn'];
      /** @description Of SWAP_OUT and SWAP_IN: frame of the metadata page with the entry; left out: the root entry of the context. */
      metadata?: components['schemas']['AddressIn'];
      /** @description Which of its 64 entries; 0. */
      slot?: number;
      /** @description Of GUEST_REQUEST: frame of the request, a message as the guest enciphered it. */
      request?: components['schemas']['AddressIn'];
      /** @description Of GUEST_REQUEST: frame of the response, a Firmware page. */
      response?: components['schemas']['AddressIn'];
      /** @description What the caller expects. */
      expect?: {
        status?: components['schemas']['FirmwareStatus'];
      };
    };
    /**
     * @description The firmware's status by the manual's name.
     * @enum {string}
     */
    FirmwareStatus:
      | 'SUCCESS'
      | 'INVALID_GUEST_STATE'
      | 'INVALID_CONFIG'
      | 'POLICY_FAILURE'
      | 'INACTIVE'
      | 'INVALID_ADDRESS'
      | 'BAD_MEASUREMENT'
      | 'ASID_OWNED'
      | 'INVALID_ASID'
      | 'DFFLUSH_REQUIRED'
      | 'INVALID_GUEST'
      | 'ACTIVE'
      | 'INVALID_PARAM'
      | 'INVALID_PAGE_SIZE'
      | 'INVALID_PAGE_STATE'
      | 'INVALID_MDATA_ENTRY'
      | 'INVALID_PAGE_OWNER'
      | 'AEAD_OFLOW';
    /** @description Where the generations part: what each group did, and the rule of each generation that made it. */
    FirstDifference: {
      index: number | null;
      op: string;
      by: {
        /** @description Those that did the same. */
        generations: components['schemas']['GenerationName'][];
        /** @description Outcome of an access, status of an instruction or request, or the code of a refusal. */
        outcome: string;
        decisions: string[];
        /** @description Of each fault, or of the nested faults on the way; the same in a row as `3×psmash`. */
        actions: string[];
        signal: string | null;
        faultFlags: components['schemas']['Hex'][];
        dmesg: string[];
        rules: {
          generation: components['schemas']['GenerationName'];
          rule: components['schemas']['RuleName'];
          subject: string;
          /** @description What the rule is in this generation; null where it has none. */
          value: unknown;
          source: string;
          derived: boolean;
        }[];
      }[];
    };
    /** @description What is left out is as with the original; null is none. */
    ForkRequest: {
      name?: string | null;
      /** @description At most 32. */
      labels?: {
        [key: string]: string;
      };
      /** @description Counted from the fork. */
      ttlSeconds?: number | null;
    };
    /** @description Frames, the last one exclusive. */
    FrameRange: {
      from: components['schemas']['Hex'];
      to: components['schemas']['Hex'];
    };
    /** @description One version of the host kernel: its rules with their sources, and which memory a VMM may use under it. */
    Generation: {
      name: components['schemas']['GenerationName'];
      title: string;
      source: string;
      default: boolean;
      facts: {
        [key: string]: unknown;
      };
      rules: {
        rule: components['schemas']['RuleName'];
        /** @description What the rule is about. */
        subject: string;
        /** @description What the rule is in this generation; null where it has none. */
        value: unknown;
        source: string;
        /** @description What comes of it was reasoned from the code; nobody has said or seen it. */
        derived: boolean;
      }[];
      /** @description Which memory a VMM may use. */
      compatibility: components['schemas']['Compatibility'][];
    };
    /** @enum {string} */
    GenerationName: 'rfc-v1' | 'rfc-v1-reply' | 'v2' | 'v3' | 'v4' | 'v5' | 'v6' | 'v7' | 'v8' | 'upstream' | 'inplace' | 'no-snp';
    GhcbAnswer: {
      swExitInfo1?: components['schemas']['Hex'];
      /** @description NAE form: 0x0, or the error in the upper half. */
      swExitInfo2?: components['schemas']['Hex'];
      /** @description NAE form: the structure as the host left it. */
      buffer?: string;
      /** @description MSR form: the GHCB MSR as the host left it. */
      value?: components['schemas']['Hex'];
      /** @description What the kernel prints beside its faults; absent where it prints nothing. */
      dmesg?: string[];
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
      /** @description How many events it made. */
      events: number;
    };
    GhcbRequest: {
      /** @enum {string} */
      form: 'nae' | 'msr';
      /** @description NAE form: the structure at SW_SCRATCH, header and entries, in base64. It is never refused for its content. */
      buffer?: string;
      /** @description NAE form: the host returns early after so many 4K pages; the buffer says where to go on. */
      stopAfterPages?: number;
      /** @description MSR form: what the guest wrote to the GHCB MSR. */
      value?: string;
      inject?: components['schemas']['Inject'];
      /** @description What the caller expects: swExitInfo2 of the NAE form, value of the MSR form. */
      expect?: {
        swExitInfo2?: components['schemas']['Hex'];
        value?: components['schemas']['Hex'];
      };
    };
    GuestAccessAnswer: {
      /**
       * @description nested-fault: the host cannot answer it, the guest would fault for ever; vmexit-vc: ReflectVC; page-fault: the C-bit with vTOM.
       * @enum {string}
       */
      outcome: 'completed' | 'nested-fault' | 'vc-exception' | 'vmexit-vc' | 'page-fault' | 'memory-fault-exit';
      /** @description Bytes before the page that failed. */
      bytesDone: number;
      /** @description The bytes, in base64. */
      data?: string;
      /** @description Of the guest: #VC 29, the page is not validated; #PF 14, the C-bit is reserved. With vmexit-vc it is not delivered. */
      exception: {
        vector: 29 | 14;
        errorCode: components['schemas']['Hex'];
        gpa: components['schemas']['Hex'];
      } | null;
      /** @description Of the last page that was tried; null where nothing can be mapped. */
      translation: {
        gpa: components['schemas']['Hex'];
        pfn: components['schemas']['Hex'];
        nestedLevel: components['schemas']['Level'];
        tlbLevel: components['schemas']['Level'];
      } | null;
      /** @description In order, at most 64. */
      faults: components['schemas']['NestedFault'][];
      /** @description What the kernel prints beside its faults; absent where it prints nothing. */
      dmesg?: string[];
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    GuestAccessRequest: {
      gpa: components['schemas']['AddressIn'];
      /** @description Bytes, at least 1; may be left out where `data` is given. */
      size?: components['schemas']['SizeIn'];
      /**
       * @description page-table-read and page-table-write: the processor walks the guest’s tables, or sets Accessed and Dirty in them.
       * @enum {string}
       */
      access: 'read' | 'write' | 'execute' | 'page-table-read' | 'page-table-write';
      /** @description Whether the guest maps the page encrypted; left out: as private memory. Fetches and the guest’s tables always are, and with vTOM the bit is reserved. */
      cBit?: boolean;
      vmpl?: 0 | 1 | 2 | 3;
      /**
       * @description Whose execute permission a fetch needs; supervisor.
       * @enum {string}
       */
      privilege?: 'supervisor' | 'user';
      /** @description Leaf of the guest’s own page table, 4K where it is left out: the TLB’s entry is the smaller of it and the nested leaf. */
      guestLevel?: components['schemas']['Level'];
      /** @description Of a store: a byte that is stored `size` times. */
      fill?: number;
      /** @description The bytes, in base64. */
      data?: string;
      inject?: components['schemas']['Inject'];
      /** @description What the caller expects. */
      expect?: {
        /** @enum {string} */
        outcome?: 'completed' | 'nested-fault' | 'vc-exception' | 'vmexit-vc' | 'page-fault' | 'memory-fault-exit';
      };
    };
    /** @description Lower-case hex text, the last three digits of an address being the offset in its page. */
    Hex: string;
    HistoryPage: {
      /** @description Newest first. `op` and `operation` say which operation caused each. */
      events: components['schemas']['Event'][];
      /** @description The cursor of the next page; null at the end. A page may be short, or empty, and have one. */
      next: string | null;
      /** @description beginning: the last one is the creation or the reset. compacted: older ones are not kept. null: there are more. */
      end: ('beginning' | 'compacted') | null;
    };
    /**
     * @description What madvise said of huge pages: nothing, HUGEPAGE or NOHUGEPAGE.
     * @enum {string}
     */
    HugePages: 'default' | 'hugepage' | 'nohugepage';
    /** @description Lines of a log that belong together. Fields that the lines do not give are absent. */
    Incident: {
      /** @enum {string} */
      kind:
        | 'host-rmp-fault'
        | 'rmp-dump'
        | 'rmpupdate-failed'
        | 'psmash-failed'
        | 'rmp-lookup-failed'
        | 'page-leaked'
        | 'process-killed'
        | 'nested-fault'
        | 'unexpected-nested-fault'
        | 'vc-exception'
        | 'memory-fault-exit'
        | 'unknown-exit'
        | 'guest-termination'
        | 'firmware-error'
        | 'iommu-rmp-fault'
        | 'rmp-table-refused'
        | 'memory-region-refused'
        | 'bounce-buffers-full';
      title: string;
      /** @description Likely cause. */
      cause: string;
      scenario: components['schemas']['ScenarioName'] | null;
      /** @description First and last line, counted from 1; other lines may stand between. */
      lines: number[];
      /** @description How often the log has the same; `lines` are those of the first. */
      repeats: number;
      pfn?: components['schemas']['Hex'];
      gpa?: components['schemas']['Hex'];
      /** @description The address that was touched. */
      address?: components['schemas']['Hex'];
      entry?: components['schemas']['DecodedEntry'];
      /** @description The 2M region that was dumped because the page itself is unassigned. */
      region?: components['schemas']['FrameRange'];
      /** @description Entries of the region that are not all zero. */
      neighbours?: components['schemas']['EntryRun'][];
      neighbourPages?: number;
      errorCode?: components['schemas']['Hex'];
      errorCodeBits?: string[];
      /** @enum {string} */
      privilege?: 'user' | 'supervisor';
      /** @enum {string} */
      access?: 'read' | 'write' | 'execute';
      /** @description Function of the kernel in which it happened. */
      function?: string;
      /** @enum {string} */
      instruction?: 'RMPUPDATE' | 'PSMASH';
      /** @description Name of `code`: the return code of the instruction, or an error of the kernel. */
      status?: string;
      code?: number;
      pageSize?: components['schemas']['PageSize'];
      /** @description How the guest used the page. */
      private?: boolean;
      size?: number;
      exit?: {
        code: number;
        name: string | null;
      };
      firmware?: {
        command: string;
        status: string | null;
        code: number | null;
        returned: number | null;
      };
      termination?: {
        reasonSet: number;
        reason: number;
        name: string | null;
      };
      leaked?: components['schemas']['FrameRange'];
      device?: string;
    };
    /** @enum {string} */
    InitialState: 'shared' | 'private';
    /** @description Faults on demand. `nth` counts from 1; each fires once, `lookupFailure` as long as it is set. */
    Inject: {
      splitFailure?: {
        nth: number;
      };
      rmpupdate?: {
        nth: number;
        code: number;
      };
      lookupFailure?: {
        pfn: components['schemas']['AddressIn'];
      };
      between?: {
        nth: number;
        /** @enum {string} */
        change: 'shared' | 'private' | 'region-shared' | 'unmapped' | 'swapped' | 'migrating' | 'numa-hint' | 'split' | 'collapsed';
        gpa?: components['schemas']['AddressIn'];
      };
    };
    InstructionAnswer: {
      status: components['schemas']['Status'];
      code: number | null;
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    KernelMapAnswer: {
      /**
       * @description ebusy and efault: the generation refuses the map of a private page.
       * @enum {string}
       */
      outcome: 'completed' | 'ebusy' | 'efault' | 'oops';
      /** @description Number of the map, for its DELETE; null where there is none. */
      map: number | null;
      /** @description What the kernel prints beside its faults; absent where it prints nothing. */
      dmesg?: string[];
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    KernelMapRequest: {
      /** @description The guest page that KVM maps for writing. */
      gpa: components['schemas']['AddressIn'];
      /** @description What the caller expects. */
      expect?: {
        /** @enum {string} */
        outcome?: 'completed' | 'ebusy' | 'efault' | 'oops';
      };
    };
    /** @description 2 MiB regions by what the scan made of them. */
    KhugepagedAnswer: {
      /** @enum {string} */
      outcome: 'completed';
      /** @description Anonymous regions that were copied into a new 2M frame. */
      collapsed: number;
      /** @description Page tables over a file’s huge page that were removed: the next fault maps it huge. */
      retracted: number;
      /** @description Regions left alone because of a pin. */
      pinned: number;
      /** @description Because of their leaves. */
      unsuitable: number;
      /** @description For want of a free 2M frame. */
      noMemory: number;
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    /** @description The whole address space where no range is given; else hva or gpa, and size. */
    KhugepagedRequest: {
      hva?: components['schemas']['AddressIn'];
      gpa?: components['schemas']['AddressIn'];
      /** @description Bytes: a multiple of 4096, at most 68719476736. */
      size?: components['schemas']['SizeIn'];
      /** @description What the caller expects. */
      expect?: {
        /** @enum {string} */
        outcome?: 'completed';
      };
    };
    LeafStateAnswer: {
      /** @enum {string} */
      outcome: 'completed';
      /** @description 4K pages whose leaf is in another state now. */
      pages: number;
      /** @description Pages left alone because of a pin. */
      pinned: number;
      /** @description Pages left alone because of their backing or the state of their leaf. */
      unsuitable: number;
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    LeafStateRequest: {
      /** @description Exactly one of hva and gpa. */
      hva?: components['schemas']['AddressIn'];
      gpa?: components['schemas']['AddressIn'];
      /** @description Bytes: a multiple of 4096, at most 68719476736. */
      size: components['schemas']['SizeIn'];
      /** @enum {string} */
      change: 'swap-out' | 'migrate' | 'numa-hint' | 'restore';
      /** @description What the caller expects. */
      expect?: {
        /** @enum {string} */
        outcome?: 'completed';
      };
    };
    /** @enum {string} */
    Level: '4K' | '2M' | '1G';
    MadviseRequest: {
      /** @description Exactly one of hva and gpa. */
      hva?: components['schemas']['AddressIn'];
      gpa?: components['schemas']['AddressIn'];
      /** @description Bytes: a multiple of 4096, at most 68719476736. */
      size: components['schemas']['SizeIn'];
      /** @enum {string} */
      advice: 'HUGEPAGE' | 'NOHUGEPAGE' | 'COLLAPSE' | 'DONTNEED' | 'REMOVE';
      /** @description What the caller expects. */
      expect?: {
        outcome?: components['schemas']['SyscallResult'];
      };
    };
    Map: {
      cells: {
        gpa: components['schemas']['Hex'];
        pages: number;
        states: {
          [key: string]: number;
        };
        levels: {
          [key: string]: number;
        };
        /** @description More than one state in the cell. */
        mixed: boolean;
      }[];
    };
    /** @description MAP_FIXED: what is mapped there goes first. The backing is that of the memslot. */
    MmapRequest: {
      start: components['schemas']['AddressIn'];
      /** @description Bytes: a multiple of 4096, at most 68719476736. */
      size: components['schemas']['SizeIn'];
      protection?: components['schemas']['Protection'];
      /** @description What the caller expects. */
      expect?: {
        outcome?: components['schemas']['SyscallResult'];
      };
    };
    MprotectRequest: {
      protection: components['schemas']['Protection'];
      /** @description Bytes; to the end of the VMA that has `start` where it is left out. */
      size?: components['schemas']['SizeIn'];
      /** @description What the caller expects. */
      expect?: {
        outcome?: components['schemas']['SyscallResult'];
      };
    };
    /** @description A fault of the guest's own access that the host had to answer. */
    NestedFault: {
      /** @enum {string} */
      access: 'pvalidate' | 'rmpadjust' | 'rmpquery' | 'read' | 'write' | 'execute' | 'page-table-read' | 'page-table-write';
      gpa: components['schemas']['Hex'];
      pfn: components['schemas']['Hex'];
      /** @description EXITINFO1 of the #VMEXIT(NPF). */
      errorCode: components['schemas']['Hex'];
      errorCodeBits: string[];
      level: components['schemas']['Level'];
      rmp: components['schemas']['Entry'];
      /**
       * @description The check that failed, in the words of the manual; locked: another CPU held the entry (doubt D15).
       * @enum {string}
       */
      reason: 'not-covered' | 'not-owned' | 'reverse-map' | 'immutable' | 'page-size' | 'vmpl' | 'not-hypervisor-owned' | 'locked';
      action: components['schemas']['FaultAction'];
    };
    NestedMapAnswer: {
      pfn: components['schemas']['Hex'];
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    NestedMapRequest: {
      gpa: components['schemas']['AddressIn'];
      /** @description The frame that the guest page is mapped to; null: the memslot’s own again. */
      pfn: components['schemas']['AddressIn'] | null;
      /** @description 4K, the default, or a 2M leaf, whatever the RMP says. */
      pageSize?: components['schemas']['PageSize'];
      expect?: Record<string, never>;
    };
    /** @description Where a VM's state came from that did not begin as its configuration says. */
    Origin: {
      /** @enum {string} */
      kind: 'fork' | 'import';
      /** @description Id of the original, where it was. */
      vm: string;
      /** @description The original's last event at that moment. */
      seq: number;
      /** @description The original's operations at that moment. */
      operation: number;
      /** @description Of an import: rules under which the bundle was written. */
      rulesVersion?: number;
      /**
       * @description Of an import. replayed: the commands came to the same digest again; taken: the bundle is of other rules, its state was taken as it is.
       * @enum {string}
       */
      check?: 'replayed' | 'taken';
      /**
       * @description Of an import, where its commands begin: with the original, at a later snapshot of it, or at the state, so that there are none.
       * @enum {string}
       */
      base?: 'origin' | 'snapshot' | 'state';
      /** @description Of an import. */
      commands?: number;
      /** @description Of an import: SHA-256 of the bundle. */
      checksum?: string;
    };
    /** @description One guest page seen from everywhere. */
    Page: {
      gpa: components['schemas']['Hex'];
      hva: components['schemas']['Hex'];
      /** @description Its frame, mapped or not. */
      pfn: components['schemas']['Hex'];
      /** @description The frame of its private page, where private memory has pages of its own. */
      privatePfn: components['schemas']['Hex'] | null;
      /** @description KVM’s attribute; with one page for both, what the RMP says. */
      privateAttribute: boolean;
      /** @description null where the VMM has unmapped it. */
      vma: components['schemas']['Vma'] | null;
      /** @description A pin keeps its frame. */
      pinned: boolean;
      /** @description The leaf of the VMM’s page table and its first frame; null where nothing is mapped. */
      mapping: {
        level: components['schemas']['Level'];
        present: boolean;
        pfn: components['schemas']['Hex'];
        /** @enum {string} */
        state: 'none' | 'present' | 'swap' | 'migration' | 'numa-hint';
      } | null;
      /** @description The smaller of host and RMP level. */
      nestedLevel: components['schemas']['Level'] | null;
      directMapLevel: components['schemas']['Level'];
      /** @description false: the generation took the page out of the direct map. */
      directMapPresent: boolean;
      rmp: components['schemas']['Entry'];
      state: components['schemas']['PageState'];
      contentBytes: number;
    };
    /** @enum {string} */
    PageSize: '4K' | '2M';
    /** @enum {string} */
    PageState:
      | 'invalid'
      | 'default'
      | 'hypervisor'
      | 'hv-fixed'
      | 'firmware'
      | 'firmware-iommu'
      | 'reclaim'
      | 'context'
      | 'metadata'
      | 'pre-guest'
      | 'pre-swap'
      | 'guest-invalid'
      | 'guest-valid';
    PageStateAnswer: {
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
      /** @description The first failure's; SUCCESS where none failed. */
      status: components['schemas']['Status'];
      code: number | null;
      results: {
        status: components['schemas']['Status'];
        code: number | null;
        /** @description The carry flag of the entry's PVALIDATEs; absent where none ran. */
        carry?: boolean;
        /** @description 4K pages whose RMP entry changed. */
        rmpPages: number;
      }[];
      /** @description 0x10000000000 after a failure, else 0x0. */
      swExitInfo2: components['schemas']['Hex'];
      /** @description How many events it made. */
      events: number;
      /** @description What the kernel prints beside its faults; absent where it prints nothing. */
      dmesg?: string[];
    };
    PageStateEntry: {
      /** @description First page, aligned to pageSize. */
      gpa: components['schemas']['AddressIn'];
      /** @description How many pages of pageSize; 1 where it is left out. All entries together name at most 262144 4K pages. */
      pages?: number;
      /** @description 4K where it is left out. */
      pageSize?: components['schemas']['PageSize'];
      /** @enum {string} */
      operation: 'private' | 'shared' | 'psmash' | 'unsmash';
    };
    PageStateRequest: {
      entries: components['schemas']['PageStateEntry'][];
      /** @description true, the default: the guest PVALIDATEs around the request, as Linux does. */
      validate?: boolean;
      /** @description The guest ends itself where Linux would: on CF=1 or a failed PVALIDATE. */
      strictGuest?: boolean;
      inject?: components['schemas']['Inject'];
      /** @description What the caller expects. */
      expect?: {
        status?: components['schemas']['Status'];
      };
    };
    /**
     * @description A permission of a VMPL on a page.
     * @enum {string}
     */
    Permission: 'read' | 'write' | 'user-execute' | 'supervisor-execute' | 'supervisor-shadow-stack';
    PinRequest: {
      /** @description Exactly one of hva and gpa. */
      hva?: components['schemas']['AddressIn'];
      gpa?: components['schemas']['AddressIn'];
      /** @description Bytes: a multiple of 4096, at most 68719476736. */
      size: components['schemas']['SizeIn'];
      /** @description false takes the pin away, also from frames that the range had before. */
      pinned: boolean;
      /** @description What the caller expects. */
      expect?: {
        outcome?: components['schemas']['SyscallResult'];
      };
    };
    /** @enum {string} */
    PrivateBacking: 'same' | 'separate';
    /** @description What is said instead of an answer (RFC 9457). */
    Problem: {
      /** Format: uri-reference */
      type: string;
      title: string;
      status: number;
      /** @description What is wrong with this request. */
      detail: string;
      code: components['schemas']['ProblemCode'];
      /** @description JSON pointer into the body, or the name of a parameter or header; empty where no one of them is to blame. */
      pointer: string;
      /** @description What to do about it. */
      hint: string;
      requestId: string;
    };
    /**
     * @description The closed list of codes.
     *
     *     - `malformed-http` (400): the bytes received are no HTTP request
     *     - `malformed-url` (400): the path has a percent sign without two hex digits after it, or the like
     *     - `malformed-json` (400): the body is missing, no JSON, or no UTF-8
     *     - `duplicate-key` (400): an object of the body has the same key twice
     *     - `forbidden-key` (400): an object of the body has the key __proto__
     *     - `unknown-field` (400): the body has a field, or the URL a parameter, that does not exist there
     *     - `invalid-field` (400): a field, parameter or header is missing, or its value is none that it can have
     *     - `address-out-of-range` (400): an address lies outside every memslot, is no user address, or the range runs past either
     *     - `limit-exceeded` (400): a size or count is above a limit that GET /v1/about names
     *     - `cursor-future` (400): a cursor lies beyond the last event
     *     - `unauthorized` (401): the service has a token and the request carries none, or another
     *     - `host-not-allowed` (403): the Host header names no host of this service
     *     - `origin-not-allowed` (403): a page of another origin calls
     *     - `unknown-route` (404): there is nothing at this path
     *     - `unknown-vm` (404): no VM has this id, or not any more
     *     - `unknown-vma` (404): nothing is mapped at the address, and the request does not say how far it goes
     *     - `unknown-generation` (404): no kernel generation of this version has this name
     *     - `unknown-scenario` (404): the library has no scenario of this name
     *     - `unknown-map` (404): the VM holds no kernel map of this number
     *     - `method-not-allowed` (405): the path exists, with other methods: see the Allow header
     *     - `not-acceptable` (406): the Accept header names none of the formats that exist here
     *     - `request-timeout` (408): the request did not arrive whole in time
     *     - `vm-killed` (409): the VMM of this VM has ended; reading, reset and delete still work
     *     - `guest-not-running` (409): the guest is asked to do something and the firmware has not launched it, or has decommissioned it
     *     - `vcpu-state` (409): the vCPU runs already, or does not run
     *     - `expectation-failed` (409): what the request expects did not happen, and it asked to fail then
     *     - `epoch-mismatch` (409): a cursor belongs to an earlier log of this service
     *     - `idempotency-running` (409): the first request with this Idempotency-Key is not answered yet
     *     - `compacted` (410): events after this cursor are not kept any more
     *     - `etag-mismatch` (412): If-Match names another state of the VM
     *     - `body-too-large` (413): the body is longer than the limit
     *     - `log-too-large` (413): a log to decode is longer than the limit
     *     - `unsupported-media-type` (415): the body is not sent as the type that the route takes
     *     - `expect-not-supported` (417): the Expect header asks for anything but 100-continue
     *     - `bundle-damaged` (400): the bundle is not as it was written, or never was one
     *     - `bundle-newer` (422): the bundle has a later form, or parts that only a later version knows
     *     - `bundle-differs` (422): what the bundle tells does not come to the state that it says: it was changed by hand
     *     - `backing-refused` (422): this memory cannot be laid out so, or the generation refuses it
     *     - `upgrade-required` (426): the stream is asked for without a WebSocket handshake
     *     - `idempotency-mismatch` (422): this Idempotency-Key was sent with another body before
     *     - `too-many-connections` (429): as many connections are open as the limit allows; health checks and pages are still answered
     *     - `too-many-tickets` (429): as many stream tickets are issued and not used as the limit allows
     *     - `too-many-streams` (429): as many streams or subscriptions are open as the limit allows
     *     - `too-many-imports` (429): as many bundles are being imported as the limit allows
     *     - `too-many-runs` (429): as many scenarios are run at once as the limit allows
     *     - `too-many-comparisons` (429): as many comparisons run as the limit allows
     *     - `headers-too-large` (431): the request line and headers are longer than the limit
     *     - `store-failed` (503): the disk does not take what is written: nothing was carried out, reading goes on
     *     - `shutting-down` (503): the service is stopping
     *     - `stuck-reader` (429): a client sends operations and does not read their results; the last line of the answer says so
     *     - `content-limit` (507): the VM keeps as many page contents as the limit allows
     *     - `content-total-limit` (507): all VMs together keep as many page contents as the limit allows
     *     - `touched-limit` (507): the tables of the VM are as large as the limit allows
     *     - `touched-total-limit` (507): the tables of all VMs together are as large as the limit allows
     *     - `vm-limit` (507): as many VMs exist as the limit allows
     *     - `origin-limit` (507): forked and imported VMs keep as much of what they began with as the limit allows
     * @enum {string}
     */
    ProblemCode:
      | 'malformed-http'
      | 'malformed-url'
      | 'malformed-json'
      | 'duplicate-key'
      | 'forbidden-key'
      | 'unknown-field'
      | 'invalid-field'
      | 'address-out-of-range'
      | 'limit-exceeded'
      | 'cursor-future'
      | 'unauthorized'
      | 'host-not-allowed'
      | 'origin-not-allowed'
      | 'unknown-route'
      | 'unknown-vm'
      | 'unknown-vma'
      | 'unknown-generation'
      | 'unknown-scenario'
      | 'unknown-map'
      | 'method-not-allowed'
      | 'not-acceptable'
      | 'request-timeout'
      | 'vm-killed'
      | 'guest-not-running'
      | 'vcpu-state'
      | 'expectation-failed'
      | 'epoch-mismatch'
      | 'idempotency-running'
      | 'compacted'
      | 'etag-mismatch'
      | 'body-too-large'
      | 'log-too-large'
      | 'unsupported-media-type'
      | 'expect-not-supported'
      | 'bundle-damaged'
      | 'bundle-newer'
      | 'bundle-differs'
      | 'backing-refused'
      | 'upgrade-required'
      | 'idempotency-mismatch'
      | 'too-many-connections'
      | 'too-many-tickets'
      | 'too-many-streams'
      | 'too-many-imports'
      | 'too-many-runs'
      | 'too-many-comparisons'
      | 'headers-too-large'
      | 'store-failed'
      | 'shutting-down'
      | 'stuck-reader'
      | 'content-limit'
      | 'content-total-limit'
      | 'touched-limit'
      | 'touched-total-limit'
      | 'vm-limit'
      | 'origin-limit';
    /** @enum {string} */
    Protection: 'read-write' | 'read-only';
    PsmashRequest: {
      pfn: components['schemas']['AddressIn'];
      /** @description What the caller expects. */
      expect?: {
        status?: components['schemas']['Status'];
      };
    };
    PvalidateAnswer: {
      /** @enum {string} */
      outcome: 'completed' | 'nested-fault' | 'exception';
      status: components['schemas']['Status'];
      code: number | null;
      carry: boolean | null;
      /** @description 4K pages that were validated one by one after FAIL_SIZEMISMATCH. */
      fallbackPages: number;
      faults: components['schemas']['NestedFault'][];
      /** @description What the kernel prints beside its faults; absent where it prints nothing. */
      dmesg?: string[];
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    PvalidateRequest: {
      gpa: components['schemas']['AddressIn'];
      pageSize: components['schemas']['PageSize'];
      validate: boolean;
      vmpl?: 0 | 1 | 2 | 3;
      /** @description true: after FAIL_SIZEMISMATCH of 2M the guest goes on with the 512 pages one by one; carry is then that of any of them. */
      fallback?: boolean;
      inject?: components['schemas']['Inject'];
      /** @description What the caller expects. */
      expect?: {
        /** @enum {string} */
        outcome?: 'completed' | 'nested-fault' | 'exception';
        status?: components['schemas']['Status'];
        carry?: boolean;
      };
    };
    ReadAnswer: {
      outcome: components['schemas']['AccessOutcome'];
      bytesRead: number;
      /** @description The bytes, in base64. */
      data: string;
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
      faults: components['schemas']['Fault'][];
    };
    ReadRequest: {
      /** @description Exactly one of hva, gpa and pfn. */
      hva?: components['schemas']['AddressIn'];
      gpa?: components['schemas']['AddressIn'];
      /** @description A frame number; only with via "direct-map". */
      pfn?: components['schemas']['AddressIn'];
      size: components['schemas']['SizeIn'];
      /** @enum {string} */
      via?: 'user' | 'direct-map';
      /** @description What the caller expects; `decisions` is the whole list of RMP decisions. */
      expect?: {
        outcome?: components['schemas']['AccessOutcome'];
        decisions?: components['schemas']['Decision'][];
      };
    };
    ResetRequest: Record<string, never>;
    RmpadjustAnswer: {
      /** @enum {string} */
      outcome: 'completed' | 'nested-fault' | 'vc-exception' | 'vmexit-vc';
      status: components['schemas']['Status'];
      code: number | null;
      faults: components['schemas']['NestedFault'][];
      /** @description What the kernel prints beside its faults; absent where it prints nothing. */
      dmesg?: string[];
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    RmpadjustRequest: {
      gpa: components['schemas']['AddressIn'];
      pageSize: components['schemas']['PageSize'];
      targetVmpl: 0 | 1 | 2 | 3;
      vmpl?: 0 | 1 | 2 | 3;
      inject?: components['schemas']['Inject'];
      permissions: components['schemas']['Permission'][];
      /** @description The VMSA bit, which only VMPL0 changes; false where it is left out. */
      vmsa?: boolean;
      /** @description What the caller expects. */
      expect?: {
        /** @enum {string} */
        outcome?: 'completed' | 'nested-fault' | 'vc-exception' | 'vmexit-vc';
        status?: components['schemas']['Status'];
      };
    };
    RmpqueryAnswer: {
      /** @enum {string} */
      outcome: 'completed' | 'nested-fault' | 'vc-exception' | 'vmexit-vc';
      status: components['schemas']['Status'];
      code: number | null;
      faults: components['schemas']['NestedFault'][];
      /** @description What the kernel prints beside its faults; absent where it prints nothing. */
      dmesg?: string[];
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
      /** @description Of the VMPL asked for; null where the instruction failed. */
      permissions: components['schemas']['Permission'][] | null;
      /** @description Of the entry. */
      pageSize: components['schemas']['PageSize'] | null;
      vmsa: boolean | null;
    };
    RmpqueryRequest: {
      gpa: components['schemas']['AddressIn'];
      pageSize: components['schemas']['PageSize'];
      targetVmpl: 0 | 1 | 2 | 3;
      vmpl?: 0 | 1 | 2 | 3;
      inject?: components['schemas']['Inject'];
      /** @description What the caller expects. */
      expect?: {
        /** @enum {string} */
        outcome?: 'completed' | 'nested-fault' | 'vc-exception' | 'vmexit-vc';
        status?: components['schemas']['Status'];
      };
    };
    RmpreadAnswer: {
      status: components['schemas']['Status'];
      code: number | null;
      /** @description What the instruction stores: neither validated nor vmsa nor masks. */
      entry: {
        pfn: components['schemas']['Hex'];
        gpa: components['schemas']['Hex'];
        assigned: boolean;
        pageSize: components['schemas']['PageSize'];
        /** @description Of a 2M-aligned frame: another page of its 2 MiB is assigned. */
        regionAssigned: boolean;
        immutable: boolean;
        asid: number;
      } | null;
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    RmpreadRequest: {
      pfn: components['schemas']['AddressIn'];
      /** @description What the caller expects. */
      expect?: {
        status?: components['schemas']['Status'];
      };
    };
    RmpupdateRequest: {
      pfn: components['schemas']['AddressIn'];
      assigned: boolean;
      gpa?: components['schemas']['AddressIn'];
      asid?: number;
      pageSize?: components['schemas']['PageSize'];
      immutable?: boolean;
      /** @description false leaves out the direct map's repair before the instruction. */
      directMap?: boolean;
      inject?: components['schemas']['Inject'];
      /** @description What the caller expects. */
      expect?: {
        status?: components['schemas']['Status'];
      };
    };
    /** @enum {string} */
    RuleName:
      | 'checksHostWrites'
      | 'userHandler'
      | 'nullLeaf'
      | 'nonPresentLeaf'
      | 'indexMask1G'
      | 'strayFaultBits'
      | 'lookupFailureLog'
      | 'killLog'
      | 'splitFlag'
      | 'allocatesTableAfterSplit'
      | 'failedSplit'
      | 'kernelFault'
      | 'kvmWritesPrivate'
      | 'conversionOfHeldPage'
      | 'directMap'
      | 'rmpupdateRetry'
      | 'hugetlbGuard'
      | 'conversionWritesRmp'
      | 'unassignFailure'
      | 'implicitConversion'
      | 'privateBacking'
      | 'privatePages'
      | 'oopsWords';
    /** @enum {string} */
    ScenarioName:
      | 'launch-after-finish'
      | 'host-writes-private-page'
      | 'thp-split'
      | 'direct-map'
      | 'page-not-reclaimed'
      | 'kexec-after-snp'
      | 'hv-fixed-page'
      | 'vmsa-in-use'
      | 'overlap-at-destroy'
      | 'psmash-twice'
      | 'rmp-covers-too-little'
      | 'dma-to-private-page'
      | 'double-pvalidate'
      | 'pvalidate-4k-in-2m'
      | 'pvalidate-size-mismatch'
      | 'page-state-change-refused'
      | 'remapped-page'
      | 'unvalidated-access'
      | 'vmpl-denied'
      | 'memory-fault-exit'
      | 'memory-region-refused'
      | 'bounce-buffers-full'
      | 'launch-of-assigned-page'
      | 'firmware-error-without-address';
    ScenarioRun: {
      title: string;
      generation: components['schemas']['GenerationName'];
      /** @description The scenario says what to expect under this generation. */
      foretold: boolean;
      /** @description Every step was run, and no expectation failed. */
      held: boolean;
      /** @enum {string} */
      ended: 'finished' | 'time-limit' | 'client-gone';
      operations: number;
      durationMs: number;
      /** @description Of the machine at the end. */
      digest: string;
      steps: {
        /** @description Number of the step from 1; inside of a repeat like 4.1. */
        step: string;
        op: string;
        text: string | null;
        /** @description How often it was carried out. */
        times: number;
        /** @description null: nothing was expected. */
        held: boolean | null;
        failures: number;
        /** @description Of the first time that it failed, at most 16. */
        differences: {
          field: string;
          expected: unknown;
          actual: unknown;
        }[];
        /** @description The first that failed, or else the last; null where the result would get too long. */
        answer: unknown;
      }[];
    };
    Signal: {
      number: 7 | 11;
      /** @enum {string} */
      name: 'SIGBUS' | 'SIGSEGV';
      code: number;
      /** @enum {string} */
      codeName: 'BUS_ADRERR' | 'BUS_MCEERR_AR' | 'SEGV_MAPERR' | 'SEGV_ACCERR';
      address: components['schemas']['Hex'];
    };
    /** @description A number of bytes: an integer, or text such as "4K", "2MiB", "1TiB" (powers of 1024). */
    SizeIn: string | number;
    Stats: {
      /** @description Also the ETag. Refusals do not count, nor do reads without a fault. */
      operations: number;
      faults: {
        RETRY: number;
        KILL: number;
        PAGE_SPLIT: number;
        FORCE_SHARED: number;
        NONE: number;
        notPresent: number;
        protection: number;
      };
      /** @description Splits of leaves of the VMM’s page table. */
      splits: number;
      directMapSplits: number;
      signals: {
        SIGBUS: number;
        SIGSEGV: number;
      };
      nestedFaults: number;
      /** @description Counters by the names of the kernel. */
      kernel: {
        /** @description perf page-faults: at user addresses, RMP faults included. */
        pageFaults: number;
        /** @description min_flt: handle_mm_fault ran, and no swap-in. */
        minorFaults: number;
        /** @description maj_flt: swap-ins. */
        majorFaults: number;
        /** @description vmstat thp_split_pmd. */
        thpSplitPmd: number;
        /** @description 4K pages whose direct map was split. */
        directMapSplitPages: number;
        /** @description 4K pages that nobody can use any more. */
        leakedPages: number;
      };
      /** @description 4K pages of the memslots by RMP state. */
      rmpPages: {
        [key: string]: number;
      };
      /** @description 4K pages of the memslots by the level that maps them. */
      mappedPages: {
        '4K': number;
        '2M': number;
        '1G': number;
        none: number;
      };
      contentBytes: number;
    };
    /**
     * @description An instruction's return code by the manual's name, or what kept it from one.
     * @enum {string}
     */
    Status:
      | 'SUCCESS'
      | 'FAIL_INPUT'
      | 'FAIL_PERMISSION'
      | 'FAIL_INUSE'
      | 'FAIL_OVERLAP'
      | 'FAIL_SIZEMISMATCH'
      | 'FAIL_BADADDR'
      | 'LIVELOCK'
      | 'EBUSY'
      | 'EAGAIN'
      | 'WAITS'
      | 'NESTED_FAULT'
      | 'VC_EXCEPTION'
      | 'GUEST_TERMINATED'
      | 'GENERAL_PROTECTION'
      | 'NOT_ATTEMPTED';
    StreamTicket: {
      /** @description For the parameter `ticket` of `/v1/stream`. Opens one stream, once. */
      ticket: string;
      /** @description It has to be used within so many milliseconds. */
      expiresInMs: number;
    };
    SyscallAnswer: {
      outcome: components['schemas']['SyscallResult'];
      /** @description 4K pages that it concerned; with an errno, those before the failure. */
      pages: number;
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    /**
     * @description completed, or the errno that the kernel returns: a result, not an error of the request.
     * @enum {string}
     */
    SyscallResult: 'completed' | 'EACCES' | 'EAGAIN' | 'EFAULT' | 'EINVAL' | 'ENOMEM';
    /** @description How much of a limit is used at the moment; both in the unit of the limit. */
    Use: {
      used: number;
      limit: number;
    };
    VcpuAnswer: {
      /** @enum {string} */
      outcome: 'entered' | 'exited' | 'vmexit-invalid' | 'vmexit-busy' | 'general-protection';
      /** @description The check of the VMSA page that failed, for vmexit-invalid. */
      reason: ('not-covered' | 'not-owned' | 'reverse-map' | 'immutable' | 'not-vmsa' | 'page-size') | null;
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
    };
    VcpuEnterRequest: {
      /** @description Number of the vCPU, in a list of operations only. */
      vcpu?: number;
      /** @description Guest page of the VMSA. */
      vmsa: components['schemas']['AddressIn'];
      /** @description Frame of the VMCB; left out where it lies outside what is looked at. */
      vmcb?: components['schemas']['AddressIn'];
      /** @description The guest has written 0 to PCPU_ID of the VMSA. */
      flushTlb?: boolean;
      /** @description What the caller expects. */
      expect?: {
        /** @enum {string} */
        outcome?: 'entered' | 'exited' | 'vmexit-invalid' | 'vmexit-busy' | 'general-protection';
      };
    };
    VcpuExitRequest: {
      /** @description Number of the vCPU, in a list of operations only. */
      vcpu?: number;
      /** @description What the caller expects. */
      expect?: {
        /** @enum {string} */
        outcome?: 'entered' | 'exited' | 'vmexit-invalid' | 'vmexit-busy' | 'general-protection';
      };
    };
    Vm: {
      id: string;
      name: string | null;
      labels: {
        [key: string]: string;
      };
      /** @enum {string} */
      state: 'running' | 'killed';
      generation: components['schemas']['GenerationName'];
      privateBacking: components['schemas']['PrivateBacking'];
      hostCpus: number;
      /** @description null where memslots were given. */
      memory: {
        size: number;
        backing: components['schemas']['Backing'];
        initialState: components['schemas']['InitialState'];
      } | null;
      memslots: {
        gpa: components['schemas']['Hex'];
        size: number;
        hva: components['schemas']['Hex'];
        pfn: components['schemas']['Hex'];
        backing: components['schemas']['Backing'];
        initialState: components['schemas']['InitialState'];
      }[];
      asid: number;
      seed: number;
      /** @enum {string} */
      onSigbus: 'kill' | 'report';
      doubts: {
        /**
         * @description RMPUPDATE on an entry that is immutable and overlaps too: which is found first.
         * @enum {string}
         */
        D1: 'permission-first' | 'overlap-first';
        /**
         * @description RMPUPDATE with assigned=0 and asid or immutable set.
         * @enum {string}
         */
        D2: 'input' | 'permission';
        /**
         * @description RMPUPDATE that keeps asid, gpa and size: what becomes of validated, vmsa and the masks.
         * @enum {string}
         */
        D3: 'keep' | 'clear';
        /**
         * @description A 2M RMPUPDATE over 512 assigned 4K entries of the same guest.
         * @enum {string}
         */
        D4: 'overlap' | 'merge';
        /**
         * @description What the 511 followers of a 2M entry hold besides assigned.
         * @enum {string}
         */
        D5: 'assigned-only' | 'mirror';
        /**
         * @description Whether the sizes of PVALIDATE and RMPADJUST are judged by the RMP entry or the nested leaf.
         * @enum {string}
         */
        D6: 'rmp' | 'npt';
        /**
         * @description PVALIDATE below VMPL0.
         * @enum {string}
         */
        D7: 'general-protection' | 'permission';
        /**
         * @description Bits 31 and 36 of EXITINFO1 after a VMPL failure, or 36 alone.
         * @enum {string}
         */
        D8: 'both' | 'vmpl-only';
        /**
         * @description Unit of the segment size in RMP_CFG.
         * @enum {string}
         */
        D9: 'log2-bytes' | 'log2-gib';
        /**
         * @description A store of the VMM that would fault on the RMP for ever: the generation’s livelock, or SIGBUS after all.
         * @enum {string}
         */
        D10: 'by-generation' | 'sigbus';
        /**
         * @description Names of KVM’s guest_memfd hooks.
         * @enum {string}
         */
        D11: 'prepare-invalidate';
        /**
         * @description RMPUPDATE that un-assigns one 4K page of a 2M entry.
         * @enum {string}
         */
        D12: 'overlap' | 'smash';
        /**
         * @description A TLB that RMPADJUST does not flush, or none.
         * @enum {string}
         */
        D13: 'no-tlb' | 'stale-vmpl';
        /**
         * @description What the host reads of a guest’s private page: ciphertext, or 0xff where the processor hides it.
         * @enum {string}
         */
        D14: 'ciphertext' | 'hidden';
        /**
         * @description Spurious nested faults on entries that another CPU holds: never, or once for each page that the guest touches.
         * @enum {string}
         */
        D15: 'off' | 'once';
        /**
         * @description A 2M RMPUPDATE where only the base page is 4K-assigned.
         * @enum {string}
         */
        D16: 'overlap' | 'allow';
        /**
         * @description An RMP fault for which the kernel finds nothing to do: taken again without end, or SIGBUS.
         * @enum {string}
         */
        G1: 'endless' | 'sigbus';
        /**
         * @description Stray bits of the uninitialised fault value: none; oom: v1 takes the OOM path; hwpoison: v1 to v4 send BUS_MCEERR_AR.
         * @enum {string}
         */
        G2: 'none' | 'oom' | 'hwpoison';
        /**
         * @description Whether an unassigned base entry can carry a page size: decided by G10.
         * @enum {string}
         */
        G3: 'as-G10';
        /**
         * @description The day v6 was posted.
         * @enum {string}
         */
        G4: '2022-06-20';
        /**
         * @description v3’s write tracking, whose patch was not opened: as in v4, or none.
         * @enum {string}
         */
        G5: 'as-v4' | 'untracked';
        /**
         * @description v1 patches known by title only.
         * @enum {string}
         */
        G6: 'as-titled';
        /**
         * @description The error of a refused in-place conversion.
         * @enum {string}
         */
        G7: 'EAGAIN' | 'EBUSY';
        /**
         * @description Defaults of khugepaged, and values of VM_FAULT flags.
         * @enum {string}
         */
        G8: 'linux-5.12';
        /**
         * @description v1’s return code where the guest page cannot be mapped.
         * @enum {string}
         */
        G9: 'not-reached';
        /**
         * @description A 2M un-assignment leaves zeroes, or the page size in the base entry.
         * @enum {string}
         */
        G10: 'zeroes' | 'page-size-kept';
        /**
         * @description The lines of v6 (a failed RMPUPDATE) and of v7 and v8 (before SIGBUS).
         * @enum {string}
         */
        G11: 'logged' | 'silent';
        /**
         * @description The frame that v1 to v4 read out of a swap or migration entry.
         * @enum {string}
         */
        G12: '0xffffffffff' | '0x0';
      };
      /**
       * @description finished, the default: the guest counts as launched and runs; none: it waits for firmware commands.
       * @enum {string}
       */
      launch: 'finished' | 'none';
      rmp: {
        coverage: number;
        hvFixed: {
          pfn: components['schemas']['Hex'];
          pages: number;
        }[];
      };
      sevFeatures: {
        reflectVc: boolean;
        virtualTom: components['schemas']['Hex'] | null;
      };
      aeadLimit: number;
      /** @description Number of its last event. */
      seq: number;
      ttlSeconds: number | null;
      /** Format: date-time */
      createdAt: string;
      /** @description null where the VM began as its configuration says. */
      origin: components['schemas']['Origin'] | null;
      vmas: components['schemas']['Vma'][];
      /** @description Guest pages that KVM holds mapped for writing. */
      kernelMaps: {
        map: number;
        gpa: components['schemas']['Hex'];
      }[];
      /** @description SHA-256 of the state; absent with ?digest=false. */
      digest?: string;
      stats: components['schemas']['Stats'];
    };
    VmSummary: {
      id: string;
      name: string | null;
      labels: {
        [key: string]: string;
      };
      /** @enum {string} */
      state: 'running' | 'killed';
      generation: components['schemas']['GenerationName'];
      privateBacking: components['schemas']['PrivateBacking'];
      hostCpus: number;
      /** @description null where memslots were given. */
      memory: {
        size: number;
        backing: components['schemas']['Backing'];
        initialState: components['schemas']['InitialState'];
      } | null;
      memslots: {
        gpa: components['schemas']['Hex'];
        size: number;
        hva: components['schemas']['Hex'];
        pfn: components['schemas']['Hex'];
        backing: components['schemas']['Backing'];
        initialState: components['schemas']['InitialState'];
      }[];
      asid: number;
      seed: number;
      /** @enum {string} */
      onSigbus: 'kill' | 'report';
      doubts: {
        /**
         * @description RMPUPDATE on an entry that is immutable and overlaps too: which is found first.
         * @enum {string}
         */
        D1: 'permission-first' | 'overlap-first';
        /**
         * @description RMPUPDATE with assigned=0 and asid or immutable set.
         * @enum {string}
         */
        D2: 'input' | 'permission';
        /**
         * @description RMPUPDATE that keeps asid, gpa and size: what becomes of validated, vmsa and the masks.
         * @enum {string}
         */
        D3: 'keep' | 'clear';
        /**
         * @description A 2M RMPUPDATE over 512 assigned 4K entries of the same guest.
         * @enum {string}
         */
        D4: 'overlap' | 'merge';
        /**
         * @description What the 511 followers of a 2M entry hold besides assigned.
         * @enum {string}
         */
        D5: 'assigned-only' | 'mirror';
        /**
         * @description Whether the sizes of PVALIDATE and RMPADJUST are judged by the RMP entry or the nested leaf.
         * @enum {string}
         */
        D6: 'rmp' | 'npt';
        /**
         * @description PVALIDATE below VMPL0.
         * @enum {string}
         */
        D7: 'general-protection' | 'permission';
        /**
         * @description Bits 31 and 36 of EXITINFO1 after a VMPL failure, or 36 alone.
         * @enum {string}
         */
        D8: 'both' | 'vmpl-only';
        /**
         * @description Unit of the segment size in RMP_CFG.
         * @enum {string}
         */
        D9: 'log2-bytes' | 'log2-gib';
        /**
         * @description A store of the VMM that would fault on the RMP for ever: the generation’s livelock, or SIGBUS after all.
         * @enum {string}
         */
        D10: 'by-generation' | 'sigbus';
        /**
         * @description Names of KVM’s guest_memfd hooks.
         * @enum {string}
         */
        D11: 'prepare-invalidate';
        /**
         * @description RMPUPDATE that un-assigns one 4K page of a 2M entry.
         * @enum {string}
         */
        D12: 'overlap' | 'smash';
        /**
         * @description A TLB that RMPADJUST does not flush, or none.
         * @enum {string}
         */
        D13: 'no-tlb' | 'stale-vmpl';
        /**
         * @description What the host reads of a guest’s private page: ciphertext, or 0xff where the processor hides it.
         * @enum {string}
         */
        D14: 'ciphertext' | 'hidden';
        /**
         * @description Spurious nested faults on entries that another CPU holds: never, or once for each page that the guest touches.
         * @enum {string}
         */
        D15: 'off' | 'once';
        /**
         * @description A 2M RMPUPDATE where only the base page is 4K-assigned.
         * @enum {string}
         */
        D16: 'overlap' | 'allow';
        /**
         * @description An RMP fault for which the kernel finds nothing to do: taken again without end, or SIGBUS.
         * @enum {string}
         */
        G1: 'endless' | 'sigbus';
        /**
         * @description Stray bits of the uninitialised fault value: none; oom: v1 takes the OOM path; hwpoison: v1 to v4 send BUS_MCEERR_AR.
         * @enum {string}
         */
        G2: 'none' | 'oom' | 'hwpoison';
        /**
         * @description Whether an unassigned base entry can carry a page size: decided by G10.
         * @enum {string}
         */
        G3: 'as-G10';
        /**
         * @description The day v6 was posted.
         * @enum {string}
         */
        G4: '2022-06-20';
        /**
         * @description v3’s write tracking, whose patch was not opened: as in v4, or none.
         * @enum {string}
         */
        G5: 'as-v4' | 'untracked';
        /**
         * @description v1 patches known by title only.
         * @enum {string}
         */
        G6: 'as-titled';
        /**
         * @description The error of a refused in-place conversion.
         * @enum {string}
         */
        G7: 'EAGAIN' | 'EBUSY';
        /**
         * @description Defaults of khugepaged, and values of VM_FAULT flags.
         * @enum {string}
         */
        G8: 'linux-5.12';
        /**
         * @description v1’s return code where the guest page cannot be mapped.
         * @enum {string}
         */
        G9: 'not-reached';
        /**
         * @description A 2M un-assignment leaves zeroes, or the page size in the base entry.
         * @enum {string}
         */
        G10: 'zeroes' | 'page-size-kept';
        /**
         * @description The lines of v6 (a failed RMPUPDATE) and of v7 and v8 (before SIGBUS).
         * @enum {string}
         */
        G11: 'logged' | 'silent';
        /**
         * @description The frame that v1 to v4 read out of a swap or migration entry.
         * @enum {string}
         */
        G12: '0xffffffffff' | '0x0';
      };
      /**
       * @description finished, the default: the guest counts as launched and runs; none: it waits for firmware commands.
       * @enum {string}
       */
      launch: 'finished' | 'none';
      rmp: {
        coverage: number;
        hvFixed: {
          pfn: components['schemas']['Hex'];
          pages: number;
        }[];
      };
      sevFeatures: {
        reflectVc: boolean;
        virtualTom: components['schemas']['Hex'] | null;
      };
      aeadLimit: number;
      /** @description Number of its last event. */
      seq: number;
      ttlSeconds: number | null;
      /** Format: date-time */
      createdAt: string;
      /** @description null where the VM began as its configuration says. */
      origin: components['schemas']['Origin'] | null;
    };
    /** @description One mapping of the VMM: hva, bytes, and the number of the memslot that it backs. */
    Vma: {
      start: components['schemas']['Hex'];
      size: number;
      backing: components['schemas']['Backing'];
      protection: components['schemas']['Protection'];
      hugePages: components['schemas']['HugePages'];
      memslot: number;
    };
    WriteAnswer: {
      outcome: components['schemas']['AccessOutcome'];
      bytesWritten: number;
      /** @description The first event of the operation; absent where it made none. */
      firstSeq?: number;
      /** @description The VM's last event after the operation. */
      seq: number;
      expectation?: components['schemas']['Expectation'];
      /** @description In order, at most 64. */
      faults: components['schemas']['Fault'][];
      /** @description What the kernel prints beside its faults; absent where it prints nothing. */
      dmesg?: string[];
    };
    WriteRequest: {
      /** @description Exactly one of hva, gpa and pfn. */
      hva?: components['schemas']['AddressIn'];
      gpa?: components['schemas']['AddressIn'];
      /** @description A frame number; only with via "direct-map". */
      pfn?: components['schemas']['AddressIn'];
      /** @description Bytes, at least 1; may be left out where `data` is given. */
      size?: components['schemas']['SizeIn'];
      /** @description A byte that is stored `size` times. */
      fill?: number;
      /** @description The bytes, in base64. */
      data?: string;
      /**
       * @description user, the default: a store of the VMM; the others are the kernel’s. kvm: KVM writes guest memory, after what its generation does before such a write.
       * @enum {string}
       */
      via?: 'user' | 'copy-to-user' | 'kvm' | 'direct-map';
      /** @description With copy-to-user: where a fault may not sleep. */
      pagefaultDisabled?: boolean;
      inject?: components['schemas']['Inject'];
      /** @description What the caller expects; `decisions` is the whole list of RMP decisions. */
      expect?: {
        outcome?: components['schemas']['AccessOutcome'];
        decisions?: components['schemas']['Decision'][];
      };
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  about: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The service */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['About'];
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listGenerations: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of them */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            generations: components['schemas']['Generation'][];
          };
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readGeneration: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        generation: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Its rules with their sources, and which memory a VMM may use */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Generation'];
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-generation */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  health: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It does */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            status: 'ok';
          };
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readiness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description They are */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            status: 'ok';
          };
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed, shutting-down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listVms: {
    parameters: {
      query?: {
        /** @description How many at most, 1 to 1000; 100 where it is left out. */
        limit?: string;
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of VMs, without digest, vmas and stats */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            vms: components['schemas']['VmSummary'][];
            /** @description The cursor of the next page; null at the end. */
            next: string | null;
          };
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  createVm: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "demo",
         *       "memory": {
         *         "size": "1GiB",
         *         "backing": "thp"
         *       },
         *       "onSigbus": "report"
         *     }
         */
        'application/json': components['schemas']['CreateRequest'];
      };
    };
    responses: {
      /** @description The VM */
      201: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          /** @description The VM's counter of operations, for If-Match */
          etag?: string;
          /** @description Path of the VM */
          location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Vm'];
        };
      };
      /** @description malformed-http, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description backing-refused, idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-total-limit, vm-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteVmsByLabel: {
    parameters: {
      query: {
        /**
         * @description key:value
         * @example suite:a
         */
        label: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            deleted: number;
          };
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readVm: {
    parameters: {
      query?: {
        /** @description false leaves the digest out. */
        digest?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The VM */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          /** @description The VM's counter of operations, for If-Match */
          etag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Vm'];
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteVm: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone */
      204: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  resetVm: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': components['schemas']['ResetRequest'];
      };
    };
    responses: {
      /** @description The VM */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          /** @description The VM's counter of operations, for If-Match */
          etag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Vm'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  forkVm: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "name": "copy",
         *       "ttlSeconds": 3600
         *     }
         */
        'application/json': components['schemas']['ForkRequest'];
      };
    };
    responses: {
      /** @description The new VM */
      201: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          /** @description The VM's counter of operations, for If-Match */
          etag?: string;
          /** @description Path of the VM */
          location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Vm'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description content-total-limit, touched-total-limit, vm-limit, origin-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  exportVm: {
    parameters: {
      query?: {
        /** @description false leaves the commands out: the bundle is the state alone, and nothing is replayed at its import. */
        history?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The bundle */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          /** @description The VM's counter of operations, for If-Match */
          etag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/vnd.rampart.bundle': string;
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  importVm: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/vnd.rampart.bundle': string;
      };
    };
    responses: {
      /** @description The new VM */
      201: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          /** @description The VM's counter of operations, for If-Match */
          etag?: string;
          /** @description Path of the VM */
          location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Vm'];
        };
      };
      /** @description malformed-http, unknown-field, invalid-field, limit-exceeded, bundle-damaged */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description bundle-newer, bundle-differs, idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections, too-many-imports */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description content-total-limit, touched-limit, touched-total-limit, vm-limit, origin-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  writeAsHypervisor: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "size": 64,
         *       "via": "user"
         *     }
         */
        'application/json': components['schemas']['WriteRequest'];
      };
    };
    responses: {
      /** @description What the store came to */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WriteAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description content-limit, content-total-limit, touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readAsHypervisor: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "size": 64
         *     }
         */
        'application/json': components['schemas']['ReadRequest'];
      };
    };
    responses: {
      /** @description The bytes */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReadAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changePageState: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "entries": [
         *         {
         *           "gpa": "0x200000",
         *           "pages": 1,
         *           "pageSize": "2M",
         *           "operation": "private"
         *         }
         *       ],
         *       "validate": true
         *     }
         */
        'application/json': components['schemas']['PageStateRequest'];
      };
    };
    responses: {
      /** @description The result of each entry */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PageStateAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  pvalidate: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "pageSize": "4K",
         *       "validate": true
         *     }
         */
        'application/json': components['schemas']['PvalidateRequest'];
      };
    };
    responses: {
      /** @description Return code and carry flag */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PvalidateAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rmpupdate: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pfn": "0x100200",
         *       "assigned": true,
         *       "gpa": "0x200000",
         *       "asid": 1,
         *       "pageSize": "2M"
         *     }
         */
        'application/json': components['schemas']['RmpupdateRequest'];
      };
    };
    responses: {
      /** @description Return code */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InstructionAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  psmash: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pfn": "0x100200"
         *     }
         */
        'application/json': components['schemas']['PsmashRequest'];
      };
    };
    responses: {
      /** @description Return code */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InstructionAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  accessAsGuest: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "size": 64,
         *       "access": "write"
         *     }
         */
        'application/json': components['schemas']['GuestAccessRequest'];
      };
    };
    responses: {
      /** @description What the access came to */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GuestAccessAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, guest-not-running, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description content-limit, touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rmpadjust: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "pageSize": "4K",
         *       "targetVmpl": 1,
         *       "permissions": [
         *         "read",
         *         "write"
         *       ]
         *     }
         */
        'application/json': components['schemas']['RmpadjustRequest'];
      };
    };
    responses: {
      /** @description Return code */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RmpadjustAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, guest-not-running, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rmpquery: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "pageSize": "4K",
         *       "targetVmpl": 1
         *     }
         */
        'application/json': components['schemas']['RmpqueryRequest'];
      };
    };
    responses: {
      /** @description Return code, and the permissions */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RmpqueryAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, guest-not-running, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  rmpread: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "pfn": "0x100200"
         *     }
         */
        'application/json': components['schemas']['RmpreadRequest'];
      };
    };
    responses: {
      /** @description Return code, and the entry */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RmpreadAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  requestByGhcb: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "form": "msr",
         *       "value": "0x20000000001014"
         *     }
         */
        'application/json': components['schemas']['GhcbRequest'];
      };
    };
    responses: {
      /** @description What the host wrote back */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GhcbAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, guest-not-running, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  mapNested: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "pfn": "0x100300"
         *     }
         */
        'application/json': components['schemas']['NestedMapRequest'];
      };
    };
    responses: {
      /** @description Where the page is mapped now */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NestedMapAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  enterVcpu: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
        /**
         * @description Number of the vCPU.
         * @example 0
         */
        n: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "vmsa": "0x7000"
         *     }
         */
        'application/json': components['schemas']['VcpuEnterRequest'];
      };
    };
    responses: {
      /** @description Whether it runs */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['VcpuAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, guest-not-running, vcpu-state, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  exitVcpu: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
        /**
         * @description Number of the vCPU.
         * @example 0
         */
        n: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /** @example {} */
        'application/json': components['schemas']['VcpuExitRequest'];
      };
    };
    responses: {
      /** @description It has left */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['VcpuAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, vcpu-state, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  commandFirmware: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "command": "SNP_PAGE_RECLAIM",
         *       "page": "0x100200"
         *     }
         */
        'application/json': components['schemas']['FirmwareRequest'];
      };
    };
    responses: {
      /** @description Status, and the guest that the command named */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FirmwareAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description content-limit, touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listVmas: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description By address */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            vmas: components['schemas']['Vma'][];
          };
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  mmap: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "start": "0x7f0000200000",
         *       "size": "2MiB",
         *       "protection": "read-write"
         *     }
         */
        'application/json': components['schemas']['MmapRequest'];
      };
    };
    responses: {
      /** @description What the call came to */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SyscallAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  munmap: {
    parameters: {
      query?: {
        /** @description Bytes; to the end of the VMA that has `start` where it is left out. */
        size?: string;
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
        /**
         * @description A user address that begins a 4K page.
         * @example 0x7f0000200000
         */
        start: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What the call came to */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SyscallAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm, unknown-vma */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  mprotect: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
        /**
         * @description A user address that begins a 4K page.
         * @example 0x7f0000200000
         */
        start: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "protection": "read-only",
         *       "size": "2MiB"
         *     }
         */
        'application/json': components['schemas']['MprotectRequest'];
      };
    };
    responses: {
      /** @description What the call came to */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SyscallAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm, unknown-vma */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  madvise: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "size": "2MiB",
         *       "advice": "DONTNEED"
         *     }
         */
        'application/json': components['schemas']['MadviseRequest'];
      };
    };
    responses: {
      /** @description What the call came to */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SyscallAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  scanHugePages: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /** @example {} */
        'application/json': components['schemas']['KhugepagedRequest'];
      };
    };
    responses: {
      /** @description What the scan found */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['KhugepagedAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  pinPages: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "size": "2MiB",
         *       "pinned": false
         *     }
         */
        'application/json': components['schemas']['PinRequest'];
      };
    };
    responses: {
      /** @description What the call came to */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SyscallAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  changeLeafStates: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x200000",
         *       "size": "2MiB",
         *       "change": "swap-out"
         *     }
         */
        'application/json': components['schemas']['LeafStateRequest'];
      };
    };
    responses: {
      /** @description How many pages */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LeafStateAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  mapAsKvm: {
    parameters: {
      query?: {
        /** @description true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`. */
        failOnExpectation?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "gpa": "0x207000"
         *     }
         */
        'application/json': components['schemas']['KernelMapRequest'];
      };
    };
    responses: {
      /** @description The map, where there is one */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['KernelMapAnswer'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, expectation-failed, idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description touched-limit, touched-total-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  unmapAsKvm: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
        /** @description Number of the map. */
        map: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone */
      204: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          /** @description The VM's counter of operations, for If-Match */
          etag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm, unknown-map */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  carryOutOperations: {
    parameters: {
      query?: {
        /** @description At a failure: go on (the default), stop, or leave the VM as it was before the list. */
        mode?: 'continue' | 'stop' | 'atomic';
        /** @description Results of all operations (the default), of none, or of those that failed. */
        reply?: 'full' | 'summary' | 'problems';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "operations": [
         *         {
         *           "op": "hypervisor-write",
         *           "gpa": "0x200000",
         *           "size": 64
         *         }
         *       ],
         *       "mode": "continue",
         *       "reply": "full"
         *     }
         */
        'application/json': components['schemas']['BatchRequest'];
        'application/x-ndjson': string;
        'application/vnd.rampart.ops': string;
      };
    };
    responses: {
      /** @description What each came to */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BatchAnswer'];
          'application/x-ndjson': string;
          'application/vnd.rampart.ops': string;
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description idempotency-mismatch */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections, stuck-reader */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readPage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
        /**
         * @description Lower-case hex text such as 0x200000, or a decimal number.
         * @example 0x200000
         */
        gpa: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The page */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Page'];
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field, address-out-of-range */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readMap: {
    parameters: {
      query?: {
        /**
         * @description Lower-case hex text such as 0x200000, or a decimal number.
         * @example 0x200000
         */
        from?: string;
        /**
         * @description Exclusive.
         * @example 0x200000
         */
        to?: string;
        /** @description 1 to 4096; 256 where it is left out. */
        cells?: string;
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The cells, in order */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Map'];
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field, address-out-of-range */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readRmp: {
    parameters: {
      query?: {
        /**
         * @description A frame number; the VM's first frame where it is left out.
         * @example 0x200000
         */
        from?: string;
        /** @description How many at most, 1 to 1000; 100 where it is left out. */
        limit?: string;
        /** @description Adds where the table and the entries listed lie in memory: one table, or 64 GiB segments. */
        layout?: 'contiguous' | 'segmented';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Entries, by frame */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            entries: components['schemas']['Entry'][];
            /** @description The frame after the last one listed; null at the end of the table. */
            next: components['schemas']['Hex'] | null;
            /** @description There only with `layout`. */
            table?: {
              /** @enum {string} */
              layout: 'contiguous' | 'segmented';
              /** @description MSR C001_0132. */
              base: components['schemas']['Hex'];
              /** @description MSR C001_0133: address of the last byte; 0x0 with segments. */
              end: components['schemas']['Hex'];
              /** @description MSR C001_0136. */
              config: components['schemas']['Hex'];
              /** @description By number; `entry` is the quadword in the segment table. */
              segments: {
                base: components['schemas']['Hex'];
                coveredGib: number;
                entry: components['schemas']['Hex'];
              }[];
              /** @description The bookkeeping: assigned 4K pages by ASID. */
              asidCounters: {
                asid: number;
                pages: number;
              }[];
              /** @description Of the entries listed, in their order. */
              addresses: components['schemas']['Hex'][];
            };
          };
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field, address-out-of-range */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  walkPageTable: {
    parameters: {
      query: {
        /**
         * @description Lower-case hex text such as 0x200000, or a decimal number.
         * @example 0x200000
         */
        hva: string;
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The levels, from the top to the leaf */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            levels: {
              /** @enum {string} */
              name: 'PGD' | 'PUD' | 'PMD' | 'PTE';
              index: number;
              present: boolean;
              leaf: boolean;
              size: components['schemas']['Level'] | null;
              pfn: components['schemas']['Hex'] | null;
            }[];
          };
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field, address-out-of-range */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readPageHistory: {
    parameters: {
      query?: {
        /** @description How many at most, 1 to 1000; 100 where it is left out. */
        limit?: string;
        /** @description The `next` of an earlier page. */
        cursor?: string;
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
        /**
         * @description Lower-case hex text such as 0x200000, or a decimal number.
         * @example 0x200000
         */
        gpa: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of events */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HistoryPage'];
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field, address-out-of-range, cursor-future */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description epoch-mismatch */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description compacted */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  explain: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "op": "hypervisor-write",
         *       "gpa": "0x207000",
         *       "size": 64
         *     }
         */
        'application/json': components['schemas']['ExplainRequest'];
      };
    };
    responses: {
      /** @description The explanation */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Explanation'];
        };
      };
      /** @description malformed-http, malformed-url, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description vm-killed, guest-not-running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description etag-mismatch */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description content-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  compareGenerations: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "vm": {
         *         "onSigbus": "report",
         *         "memory": {
         *           "size": "4MiB",
         *           "backing": "shmem-thp"
         *         }
         *       },
         *       "generations": [
         *         "rfc-v1",
         *         "v7",
         *         "upstream"
         *       ],
         *       "operations": [
         *         {
         *           "op": "page-state-change",
         *           "entries": [
         *             {
         *               "gpa": "0x208000",
         *               "operation": "private"
         *             }
         *           ]
         *         },
         *         {
         *           "op": "hypervisor-write",
         *           "gpa": "0x207000",
         *           "size": 64
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['ComparisonRequest'];
      };
    };
    responses: {
      /** @description What each operation came to */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Comparison'];
          'application/x-ndjson': string;
          'text/plain': string;
        };
      };
      /** @description malformed-http, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not-acceptable */
      406: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description backing-refused */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections, too-many-comparisons */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description content-limit, touched-limit */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listEvents: {
    parameters: {
      query?: {
        /** @description A cursor, exclusive; the oldest event where it is left out. Where a VM is named, also a bare seq. */
        after?: string;
        /** @description How many at most, 1 to 1000; 100 where it is left out. */
        limit?: string;
        /** @description Types to show, separated by commas: vm-created, vm-reset, vm-killed, vm-deleted, fault, mapping-installed, mapping-split, mapping-collapsed, mapping-removed, direct-map-split, rmp-updated, psmashed, pvalidated, page-state-changed, nested-fault, vma-mapped, vma-unmapped, vma-protected, page-leaked, rmp-adjusted, vc-exception, memory-fault-exit, firmware-command, nested-mapped, vcpu-entered, vcpu-exited. */
        types?: string;
        /**
         * @description Events about these guest pages, and about the whole VM: first address and end, separated by a comma.
         * @example 0x0,0x200000
         */
        gpa?: string;
        /** @description Only application/x-ndjson: stay and send what comes. */
        follow?: 'true' | 'false';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page, or a stream, of events */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EventPage'];
          'application/x-ndjson': string;
          'text/event-stream': string;
        };
      };
      /** @description malformed-http, unknown-field, invalid-field, cursor-future */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not-acceptable */
      406: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description epoch-mismatch */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description compacted */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections, too-many-streams */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listVmEvents: {
    parameters: {
      query?: {
        /** @description A cursor, exclusive; the oldest event where it is left out. Where a VM is named, also a bare seq. */
        after?: string;
        /** @description How many at most, 1 to 1000; 100 where it is left out. */
        limit?: string;
        /** @description Types to show, separated by commas: vm-created, vm-reset, vm-killed, vm-deleted, fault, mapping-installed, mapping-split, mapping-collapsed, mapping-removed, direct-map-split, rmp-updated, psmashed, pvalidated, page-state-changed, nested-fault, vma-mapped, vma-unmapped, vma-protected, page-leaked, rmp-adjusted, vc-exception, memory-fault-exit, firmware-command, nested-mapped, vcpu-entered, vcpu-exited. */
        types?: string;
        /**
         * @description Events about these guest pages, and about the whole VM: first address and end, separated by a comma.
         * @example 0x0,0x200000
         */
        gpa?: string;
        /** @description Only application/x-ndjson: stay and send what comes. */
        follow?: 'true' | 'false';
      };
      header?: never;
      path: {
        /**
         * @description Id of the VM, as its creation answered it.
         * @example vm-0k3r8w2m5q
         */
        vm: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page, or a stream, of events */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EventPage'];
          'application/x-ndjson': string;
          'text/event-stream': string;
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field, cursor-future */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description not-acceptable */
      406: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description epoch-mismatch */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description compacted */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections, too-many-streams */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description store-failed */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  openStream: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A WebSocket */
      101: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description malformed-http, unknown-field, invalid-field, cursor-future */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-vm */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description epoch-mismatch */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description compacted */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description upgrade-required */
      426: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections, too-many-streams */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description shutting-down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  issueStreamTicket: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The ticket */
      201: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StreamTicket'];
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections, too-many-tickets */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  diagnostics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Settings, limits and their use, log, store, stream, process */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Diagnostics'];
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listScenarios: {
    parameters: {
      query?: {
        /** @description How many at most, 1 to 1000; 100 where it is left out. */
        limit?: string;
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of it */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            scenarios: {
              name: string;
              title: string;
              /** @description Its number in the course; null: it is no lesson. */
              lesson: number | null;
              sources: string[];
              /** @description For which the expectations hold; the first is the default of a run. */
              generations: components['schemas']['GenerationName'][];
              steps: number;
              /** @description Steps as often as they are repeated. */
              operations: number;
            }[];
            /** @description The cursor of the next page; null at the end. */
            next: string | null;
          };
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  readScenario: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Name of a scenario of the library.
         * @example mail-story
         */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The scenario */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            name: string;
            /** @description As /schemas/scenario.json describes it; it can be sent to POST /v1/scenario-runs. */
            scenario: unknown;
          };
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-scenario */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  runLibraryScenario: {
    parameters: {
      query?: {
        /** @description The version of the host kernel; the first of the scenario where it is left out. */
        generation?: components['schemas']['GenerationName'];
      };
      header?: never;
      path: {
        /**
         * @description Name of a scenario of the library.
         * @example mail-story
         */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What came of it */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScenarioRun'];
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-scenario */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections, too-many-runs */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  runScenario: {
    parameters: {
      query?: {
        /** @description The version of the host kernel; the first of the scenario where it is left out. */
        generation?: components['schemas']['GenerationName'];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "title": "A store to a private page",
         *       "sources": [
         *         "generations.md 2"
         *       ],
         *       "generations": [
         *         "rfc-v1-reply"
         *       ],
         *       "vm": {
         *         "memory": {
         *           "size": "4MiB"
         *         },
         *         "onSigbus": "report"
         *       },
         *       "steps": [
         *         {
         *           "op": "page-state-change",
         *           "entries": [
         *             {
         *               "gpa": "0x0",
         *               "operation": "private"
         *             }
         *           ],
         *           "expect": {
         *             "status": "SUCCESS"
         *           }
         *         },
         *         {
         *           "op": "hypervisor-write",
         *           "gpa": "0x0",
         *           "size": 8,
         *           "expect": {
         *             "outcome": "sigbus",
         *             "decisions": [
         *               "KILL"
         *             ]
         *           }
         *         }
         *       ]
         *     }
         */
        'application/json': {
          title: string;
          text?: string;
          /** @description Its number in the course, where it is a lesson of it. */
          lesson?: number;
          /** @description Where the story is from, and what its expectations rest on. */
          sources: string[];
          /** @description Versions of the host kernel for which the expectations hold; a run has the first where nothing else is said. */
          generations: components['schemas']['GenerationName'][];
          vm?: {
            /** @description same: one host page for each guest page. separate: private memory has pages of its own. Left out: as the generation has it. */
            privateBacking?: components['schemas']['PrivateBacking'];
            /** @description CPUs of the host, which bound RMPUPDATE retries in some generations; 48 where it is left out. */
            hostCpus?: number;
            /** @description One memslot at gpa 0: 256 MiB, thp and shared where nothing else is said. */
            memory?: {
              size?: components['schemas']['SizeIn'];
              backing?: components['schemas']['Backing'];
              initialState?: components['schemas']['InitialState'];
            };
            /** @description Instead of memory. */
            memslots?: {
              gpa: components['schemas']['AddressIn'];
              size: components['schemas']['SizeIn'];
              backing?: components['schemas']['Backing'];
              /** @description 0x7f0000000000 + gpa where it is left out; 0x100000000000 + gpa for more than 512 GiB of memory. */
              hva?: components['schemas']['AddressIn'];
              initialState?: components['schemas']['InitialState'];
            }[];
            asid?: number;
            seed?: number;
            /**
             * @description kill, the default: a signal ends the VMM; report: it is only said.
             * @enum {string}
             */
            onSigbus?: 'kill' | 'report';
            /** @description What manual and mails leave open; the first value of each is the default. */
            doubts?: {
              /**
               * @description RMPUPDATE on an entry that is immutable and overlaps too: which is found first.
               * @enum {string}
               */
              D1?: 'permission-first' | 'overlap-first';
              /**
               * @description RMPUPDATE with assigned=0 and asid or immutable set.
               * @enum {string}
               */
              D2?: 'input' | 'permission';
              /**
               * @description RMPUPDATE that keeps asid, gpa and size: what becomes of validated, vmsa and the masks.
               * @enum {string}
               */
              D3?: 'keep' | 'clear';
              /**
               * @description A 2M RMPUPDATE over 512 assigned 4K entries of the same guest.
               * @enum {string}
               */
              D4?: 'overlap' | 'merge';
              /**
               * @description What the 511 followers of a 2M entry hold besides assigned.
               * @enum {string}
               */
              D5?: 'assigned-only' | 'mirror';
              /**
               * @description Whether the sizes of PVALIDATE and RMPADJUST are judged by the RMP entry or the nested leaf.
               * @enum {string}
               */
              D6?: 'rmp' | 'npt';
              /**
               * @description PVALIDATE below VMPL0.
               * @enum {string}
               */
              D7?: 'general-protection' | 'permission';
              /**
               * @description Bits 31 and 36 of EXITINFO1 after a VMPL failure, or 36 alone.
               * @enum {string}
               */
              D8?: 'both' | 'vmpl-only';
              /**
               * @description Unit of the segment size in RMP_CFG.
               * @enum {string}
               */
              D9?: 'log2-bytes' | 'log2-gib';
              /**
               * @description A store of the VMM that would fault on the RMP for ever: the generation’s livelock, or SIGBUS after all.
               * @enum {string}
               */
              D10?: 'by-generation' | 'sigbus';
              /**
               * @description Names of KVM’s guest_memfd hooks.
               * @enum {string}
               */
              D11?: 'prepare-invalidate';
              /**
               * @description RMPUPDATE that un-assigns one 4K page of a 2M entry.
               * @enum {string}
               */
              D12?: 'overlap' | 'smash';
              /**
               * @description A TLB that RMPADJUST does not flush, or none.
               * @enum {string}
               */
              D13?: 'no-tlb' | 'stale-vmpl';
              /**
               * @description What the host reads of a guest’s private page: ciphertext, or 0xff where the processor hides it.
               * @enum {string}
               */
              D14?: 'ciphertext' | 'hidden';
              /**
               * @description Spurious nested faults on entries that another CPU holds: never, or once for each page that the guest touches.
               * @enum {string}
               */
              D15?: 'off' | 'once';
              /**
               * @description A 2M RMPUPDATE where only the base page is 4K-assigned.
               * @enum {string}
               */
              D16?: 'overlap' | 'allow';
              /**
               * @description An RMP fault for which the kernel finds nothing to do: taken again without end, or SIGBUS.
               * @enum {string}
               */
              G1?: 'endless' | 'sigbus';
              /**
               * @description Stray bits of the uninitialised fault value: none; oom: v1 takes the OOM path; hwpoison: v1 to v4 send BUS_MCEERR_AR.
               * @enum {string}
               */
              G2?: 'none' | 'oom' | 'hwpoison';
              /**
               * @description Whether an unassigned base entry can carry a page size: decided by G10.
               * @enum {string}
               */
              G3?: 'as-G10';
              /**
               * @description The day v6 was posted.
               * @enum {string}
               */
              G4?: '2022-06-20';
              /**
               * @description v3’s write tracking, whose patch was not opened: as in v4, or none.
               * @enum {string}
               */
              G5?: 'as-v4' | 'untracked';
              /**
               * @description v1 patches known by title only.
               * @enum {string}
               */
              G6?: 'as-titled';
              /**
               * @description The error of a refused in-place conversion.
               * @enum {string}
               */
              G7?: 'EAGAIN' | 'EBUSY';
              /**
               * @description Defaults of khugepaged, and values of VM_FAULT flags.
               * @enum {string}
               */
              G8?: 'linux-5.12';
              /**
               * @description v1’s return code where the guest page cannot be mapped.
               * @enum {string}
               */
              G9?: 'not-reached';
              /**
               * @description A 2M un-assignment leaves zeroes, or the page size in the base entry.
               * @enum {string}
               */
              G10?: 'zeroes' | 'page-size-kept';
              /**
               * @description The lines of v6 (a failed RMPUPDATE) and of v7 and v8 (before SIGBUS).
               * @enum {string}
               */
              G11?: 'logged' | 'silent';
              /**
               * @description The frame that v1 to v4 read out of a swap or migration entry.
               * @enum {string}
               */
              G12?: '0xffffffffff' | '0x0';
            };
            /**
             * @description finished, the default: the guest counts as launched and runs; none: it waits for firmware commands.
             * @enum {string}
             */
            launch?: 'finished' | 'none';
            rmp?: {
              /** @description Memory that the RMP covers, from frame 0: a multiple of 2 MiB; all RAM where it is left out. */
              coverage?: components['schemas']['SizeIn'];
              /** @description Frames that are the host’s for ever, as the firmware marks them when it starts. */
              hvFixed?: {
                pfn: components['schemas']['AddressIn'];
                pages?: number;
              }[];
            };
            /** @description SEV_FEATURES of the guest. reflectVc: each #VC becomes an exit. virtualTom: data below this address is private and from it on shared; a multiple of 2 MiB. */
            sevFeatures?: {
              reflectVc?: boolean;
              virtualTom?: components['schemas']['AddressIn'];
            };
            /** @description Pages that the AEAD counter of one guest lets SNP_PAGE_SWAP_OUT write before AEAD_OFLOW. */
            aeadLimit?: number;
            inject?: components['schemas']['Inject'];
          };
          /** @description At most 256, and 100000 operations with all repeats. */
          steps: (
            | {
                /** @constant */
                op: 'hypervisor-write';
                /** @description Exactly one of hva, gpa and pfn. */
                hva?: components['schemas']['AddressIn'];
                gpa?: components['schemas']['AddressIn'];
                /** @description A frame number; only with via "direct-map". */
                pfn?: components['schemas']['AddressIn'];
                /** @description Bytes, at least 1; may be left out where `data` is given. */
                size?: components['schemas']['SizeIn'];
                /** @description A byte that is stored `size` times. */
                fill?: number;
                /** @description The bytes, in base64. */
                data?: string;
                /**
                 * @description user, the default: a store of the VMM; the others are the kernel’s. kvm: KVM writes guest memory, after what its generation does before such a write.
                 * @enum {string}
                 */
                via?: 'user' | 'copy-to-user' | 'kvm' | 'direct-map';
                /** @description With copy-to-user: where a fault may not sleep. */
                pagefaultDisabled?: boolean;
                inject?: components['schemas']['Inject'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'hypervisor-read';
                /** @description Exactly one of hva, gpa and pfn. */
                hva?: components['schemas']['AddressIn'];
                gpa?: components['schemas']['AddressIn'];
                /** @description A frame number; only with via "direct-map". */
                pfn?: components['schemas']['AddressIn'];
                size: components['schemas']['SizeIn'];
                /** @enum {string} */
                via?: 'user' | 'direct-map';
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'page-state-change';
                entries: components['schemas']['PageStateEntry'][];
                /** @description true, the default: the guest PVALIDATEs around the request, as Linux does. */
                validate?: boolean;
                /** @description The guest ends itself where Linux would: on CF=1 or a failed PVALIDATE. */
                strictGuest?: boolean;
                inject?: components['schemas']['Inject'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'pvalidate';
                gpa: components['schemas']['AddressIn'];
                pageSize: components['schemas']['PageSize'];
                validate: boolean;
                vmpl?: 0 | 1 | 2 | 3;
                /** @description true: after FAIL_SIZEMISMATCH of 2M the guest goes on with the 512 pages one by one; carry is then that of any of them. */
                fallback?: boolean;
                inject?: components['schemas']['Inject'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'rmpupdate';
                pfn: components['schemas']['AddressIn'];
                assigned: boolean;
                gpa?: components['schemas']['AddressIn'];
                asid?: number;
                pageSize?: components['schemas']['PageSize'];
                immutable?: boolean;
                /** @description false leaves out the direct map's repair before the instruction. */
                directMap?: boolean;
                inject?: components['schemas']['Inject'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'psmash';
                pfn: components['schemas']['AddressIn'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'guest-access';
                gpa: components['schemas']['AddressIn'];
                /** @description Bytes, at least 1; may be left out where `data` is given. */
                size?: components['schemas']['SizeIn'];
                /**
                 * @description page-table-read and page-table-write: the processor walks the guest’s tables, or sets Accessed and Dirty in them.
                 * @enum {string}
                 */
                access: 'read' | 'write' | 'execute' | 'page-table-read' | 'page-table-write';
                /** @description Whether the guest maps the page encrypted; left out: as private memory. Fetches and the guest’s tables always are, and with vTOM the bit is reserved. */
                cBit?: boolean;
                vmpl?: 0 | 1 | 2 | 3;
                /**
                 * @description Whose execute permission a fetch needs; supervisor.
                 * @enum {string}
                 */
                privilege?: 'supervisor' | 'user';
                /** @description Leaf of the guest’s own page table, 4K where it is left out: the TLB’s entry is the smaller of it and the nested leaf. */
                guestLevel?: components['schemas']['Level'];
                /** @description Of a store: a byte that is stored `size` times. */
                fill?: number;
                /** @description The bytes, in base64. */
                data?: string;
                inject?: components['schemas']['Inject'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'rmpadjust';
                gpa: components['schemas']['AddressIn'];
                pageSize: components['schemas']['PageSize'];
                targetVmpl: 0 | 1 | 2 | 3;
                vmpl?: 0 | 1 | 2 | 3;
                inject?: components['schemas']['Inject'];
                permissions: components['schemas']['Permission'][];
                /** @description The VMSA bit, which only VMPL0 changes; false where it is left out. */
                vmsa?: boolean;
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'rmpquery';
                gpa: components['schemas']['AddressIn'];
                pageSize: components['schemas']['PageSize'];
                targetVmpl: 0 | 1 | 2 | 3;
                vmpl?: 0 | 1 | 2 | 3;
                inject?: components['schemas']['Inject'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'rmpread';
                pfn: components['schemas']['AddressIn'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'ghcb-request';
                /** @enum {string} */
                form: 'nae' | 'msr';
                /** @description NAE form: the structure at SW_SCRATCH, header and entries, in base64. It is never refused for its content. */
                buffer?: string;
                /** @description NAE form: the host returns early after so many 4K pages; the buffer says where to go on. */
                stopAfterPages?: number;
                /** @description MSR form: what the guest wrote to the GHCB MSR. */
                value?: string;
                inject?: components['schemas']['Inject'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'nested-map';
                gpa: components['schemas']['AddressIn'];
                /** @description The frame that the guest page is mapped to; null: the memslot’s own again. */
                pfn: components['schemas']['AddressIn'] | null;
                /** @description 4K, the default, or a 2M leaf, whatever the RMP says. */
                pageSize?: components['schemas']['PageSize'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'vcpu-enter';
                /** @description Number of the vCPU, in a list of operations only. */
                vcpu?: number;
                /** @description Guest page of the VMSA. */
                vmsa: components['schemas']['AddressIn'];
                /** @description Frame of the VMCB; left out where it lies outside what is looked at. */
                vmcb?: components['schemas']['AddressIn'];
                /** @description The guest has written 0 to PCPU_ID of the VMSA. */
                flushTlb?: boolean;
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'vcpu-exit';
                /** @description Number of the vCPU, in a list of operations only. */
                vcpu?: number;
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'firmware-command';
                command: components['schemas']['FirmwareCommandName'];
                /** @description Frame of the context page; left out: the guest that the VM was created with. */
                gctx?: components['schemas']['AddressIn'];
                /** @description Of LAUNCH_START; 0x30000 where it is left out. */
                policy?: number;
                /** @description Of ACTIVATE. */
                asid?: number;
                /** @description Frame of the page that the command is about. */
                page?: components['schemas']['AddressIn'];
                /** @description 4K where it is left out. */
                pageSize?: components['schemas']['PageSize'];
                /** @description Of LAUNCH_UPDATE, by name or number; normal where it is left out. */
                pageType?: ('normal' | 'vmsa' | 'zero' | 'unmeasured' | 'secrets' | 'cpuid') | number;
                /** @description Of LAUNCH_UPDATE: permissions of VMPL1 on the page; none. */
                vmpl1?: components['schemas']['Permission'][];
                vmpl2?: components['schemas']['Permission'][];
                vmpl3?: components['schemas']['Permission'][];
                /** @description Of PAGE_SET_STATE: frames to become HV-Fixed. */
                pages?: components['schemas']['AddressIn'][];
                source?: components['schemas']['AddressIn'];
                destination?: components['schemas']['AddressIn'];
                /** @description Of SWAP_OUT and SWAP_IN: frame of the metadata page with the entry; left out: the root entry of the context. */
                metadata?: components['schemas']['AddressIn'];
                /** @description Which of its 64 entries; 0. */
                slot?: number;
                /** @description Of GUEST_REQUEST: frame of the request, a message as the guest enciphered it. */
                request?: components['schemas']['AddressIn'];
                /** @description Of GUEST_REQUEST: frame of the response, a Firmware page. */
                response?: components['schemas']['AddressIn'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'mmap';
                start: components['schemas']['AddressIn'];
                /** @description Bytes: a multiple of 4096, at most 68719476736. */
                size: components['schemas']['SizeIn'];
                protection?: components['schemas']['Protection'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'munmap';
                start: components['schemas']['AddressIn'];
                /** @description Bytes: a multiple of 4096, at most 68719476736. */
                size: components['schemas']['SizeIn'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'mprotect';
                start: components['schemas']['AddressIn'];
                /** @description Bytes: a multiple of 4096, at most 68719476736. */
                size: components['schemas']['SizeIn'];
                protection: components['schemas']['Protection'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'madvise';
                /** @description Exactly one of hva and gpa. */
                hva?: components['schemas']['AddressIn'];
                gpa?: components['schemas']['AddressIn'];
                /** @description Bytes: a multiple of 4096, at most 68719476736. */
                size: components['schemas']['SizeIn'];
                /** @enum {string} */
                advice: 'HUGEPAGE' | 'NOHUGEPAGE' | 'COLLAPSE' | 'DONTNEED' | 'REMOVE';
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'khugepaged';
                hva?: components['schemas']['AddressIn'];
                gpa?: components['schemas']['AddressIn'];
                /** @description Bytes: a multiple of 4096, at most 68719476736. */
                size?: components['schemas']['SizeIn'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'pin';
                /** @description Exactly one of hva and gpa. */
                hva?: components['schemas']['AddressIn'];
                gpa?: components['schemas']['AddressIn'];
                /** @description Bytes: a multiple of 4096, at most 68719476736. */
                size: components['schemas']['SizeIn'];
                /** @description false takes the pin away, also from frames that the range had before. */
                pinned: boolean;
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'leaf-state';
                /** @description Exactly one of hva and gpa. */
                hva?: components['schemas']['AddressIn'];
                gpa?: components['schemas']['AddressIn'];
                /** @description Bytes: a multiple of 4096, at most 68719476736. */
                size: components['schemas']['SizeIn'];
                /** @enum {string} */
                change: 'swap-out' | 'migrate' | 'numa-hint' | 'restore';
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'kernel-map';
                /** @description The guest page that KVM maps for writing. */
                gpa: components['schemas']['AddressIn'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'kernel-unmap';
                /** @description Number of the map. */
                map: number;
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'read-page';
                gpa: components['schemas']['AddressIn'];
                /** @description Why, in a sentence. */
                text?: string;
                /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                expect?: {
                  [key: string]: unknown;
                };
                /** @description What is expected under one generation, in place of `expect`. */
                under?: {
                  [key: string]: {
                    [key: string]: unknown;
                  };
                };
              }
            | {
                /** @constant */
                op: 'repeat';
                times: number;
                /** @description Bytes by which every gpa, hva and pfn of the steps moves on each time; 0 where it is left out. */
                stride?: number;
                text?: string;
                steps: (
                  | {
                      /** @constant */
                      op: 'hypervisor-write';
                      /** @description Exactly one of hva, gpa and pfn. */
                      hva?: components['schemas']['AddressIn'];
                      gpa?: components['schemas']['AddressIn'];
                      /** @description A frame number; only with via "direct-map". */
                      pfn?: components['schemas']['AddressIn'];
                      /** @description Bytes, at least 1; may be left out where `data` is given. */
                      size?: components['schemas']['SizeIn'];
                      /** @description A byte that is stored `size` times. */
                      fill?: number;
                      /** @description The bytes, in base64. */
                      data?: string;
                      /**
                       * @description user, the default: a store of the VMM; the others are the kernel’s. kvm: KVM writes guest memory, after what its generation does before such a write.
                       * @enum {string}
                       */
                      via?: 'user' | 'copy-to-user' | 'kvm' | 'direct-map';
                      /** @description With copy-to-user: where a fault may not sleep. */
                      pagefaultDisabled?: boolean;
                      inject?: components['schemas']['Inject'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'hypervisor-read';
                      /** @description Exactly one of hva, gpa and pfn. */
                      hva?: components['schemas']['AddressIn'];
                      gpa?: components['schemas']['AddressIn'];
                      /** @description A frame number; only with via "direct-map". */
                      pfn?: components['schemas']['AddressIn'];
                      size: components['schemas']['SizeIn'];
                      /** @enum {string} */
                      via?: 'user' | 'direct-map';
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'page-state-change';
                      entries: components['schemas']['PageStateEntry'][];
                      /** @description true, the default: the guest PVALIDATEs around the request, as Linux does. */
                      validate?: boolean;
                      /** @description The guest ends itself where Linux would: on CF=1 or a failed PVALIDATE. */
                      strictGuest?: boolean;
                      inject?: components['schemas']['Inject'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'pvalidate';
                      gpa: components['schemas']['AddressIn'];
                      pageSize: components['schemas']['PageSize'];
                      validate: boolean;
                      vmpl?: 0 | 1 | 2 | 3;
                      /** @description true: after FAIL_SIZEMISMATCH of 2M the guest goes on with the 512 pages one by one; carry is then that of any of them. */
                      fallback?: boolean;
                      inject?: components['schemas']['Inject'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'rmpupdate';
                      pfn: components['schemas']['AddressIn'];
                      assigned: boolean;
                      gpa?: components['schemas']['AddressIn'];
                      asid?: number;
                      pageSize?: components['schemas']['PageSize'];
                      immutable?: boolean;
                      /** @description false leaves out the direct map's repair before the instruction. */
                      directMap?: boolean;
                      inject?: components['schemas']['Inject'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'psmash';
                      pfn: components['schemas']['AddressIn'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'guest-access';
                      gpa: components['schemas']['AddressIn'];
                      /** @description Bytes, at least 1; may be left out where `data` is given. */
                      size?: components['schemas']['SizeIn'];
                      /**
                       * @description page-table-read and page-table-write: the processor walks the guest’s tables, or sets Accessed and Dirty in them.
                       * @enum {string}
                       */
                      access: 'read' | 'write' | 'execute' | 'page-table-read' | 'page-table-write';
                      /** @description Whether the guest maps the page encrypted; left out: as private memory. Fetches and the guest’s tables always are, and with vTOM the bit is reserved. */
                      cBit?: boolean;
                      vmpl?: 0 | 1 | 2 | 3;
                      /**
                       * @description Whose execute permission a fetch needs; supervisor.
                       * @enum {string}
                       */
                      privilege?: 'supervisor' | 'user';
                      /** @description Leaf of the guest’s own page table, 4K where it is left out: the TLB’s entry is the smaller of it and the nested leaf. */
                      guestLevel?: components['schemas']['Level'];
                      /** @description Of a store: a byte that is stored `size` times. */
                      fill?: number;
                      /** @description The bytes, in base64. */
                      data?: string;
                      inject?: components['schemas']['Inject'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'rmpadjust';
                      gpa: components['schemas']['AddressIn'];
                      pageSize: components['schemas']['PageSize'];
                      targetVmpl: 0 | 1 | 2 | 3;
                      vmpl?: 0 | 1 | 2 | 3;
                      inject?: components['schemas']['Inject'];
                      permissions: components['schemas']['Permission'][];
                      /** @description The VMSA bit, which only VMPL0 changes; false where it is left out. */
                      vmsa?: boolean;
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'rmpquery';
                      gpa: components['schemas']['AddressIn'];
                      pageSize: components['schemas']['PageSize'];
                      targetVmpl: 0 | 1 | 2 | 3;
                      vmpl?: 0 | 1 | 2 | 3;
                      inject?: components['schemas']['Inject'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'rmpread';
                      pfn: components['schemas']['AddressIn'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'ghcb-request';
                      /** @enum {string} */
                      form: 'nae' | 'msr';
                      /** @description NAE form: the structure at SW_SCRATCH, header and entries, in base64. It is never refused for its content. */
                      buffer?: string;
                      /** @description NAE form: the host returns early after so many 4K pages; the buffer says where to go on. */
                      stopAfterPages?: number;
                      /** @description MSR form: what the guest wrote to the GHCB MSR. */
                      value?: string;
                      inject?: components['schemas']['Inject'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'nested-map';
                      gpa: components['schemas']['AddressIn'];
                      /** @description The frame that the guest page is mapped to; null: the memslot’s own again. */
                      pfn: components['schemas']['AddressIn'] | null;
                      /** @description 4K, the default, or a 2M leaf, whatever the RMP says. */
                      pageSize?: components['schemas']['PageSize'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'vcpu-enter';
                      /** @description Number of the vCPU, in a list of operations only. */
                      vcpu?: number;
                      /** @description Guest page of the VMSA. */
                      vmsa: components['schemas']['AddressIn'];
                      /** @description Frame of the VMCB; left out where it lies outside what is looked at. */
                      vmcb?: components['schemas']['AddressIn'];
                      /** @description The guest has written 0 to PCPU_ID of the VMSA. */
                      flushTlb?: boolean;
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'vcpu-exit';
                      /** @description Number of the vCPU, in a list of operations only. */
                      vcpu?: number;
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'firmware-command';
                      command: components['schemas']['FirmwareCommandName'];
                      /** @description Frame of the context page; left out: the guest that the VM was created with. */
                      gctx?: components['schemas']['AddressIn'];
                      /** @description Of LAUNCH_START; 0x30000 where it is left out. */
                      policy?: number;
                      /** @description Of ACTIVATE. */
                      asid?: number;
                      /** @description Frame of the page that the command is about. */
                      page?: components['schemas']['AddressIn'];
                      /** @description 4K where it is left out. */
                      pageSize?: components['schemas']['PageSize'];
                      /** @description Of LAUNCH_UPDATE, by name or number; normal where it is left out. */
                      pageType?: ('normal' | 'vmsa' | 'zero' | 'unmeasured' | 'secrets' | 'cpuid') | number;
                      /** @description Of LAUNCH_UPDATE: permissions of VMPL1 on the page; none. */
                      vmpl1?: components['schemas']['Permission'][];
                      vmpl2?: components['schemas']['Permission'][];
                      vmpl3?: components['schemas']['Permission'][];
                      /** @description Of PAGE_SET_STATE: frames to become HV-Fixed. */
                      pages?: components['schemas']['AddressIn'][];
                      source?: components['schemas']['AddressIn'];
                      destination?: components['schemas']['AddressIn'];
                      /** @description Of SWAP_OUT and SWAP_IN: frame of the metadata page with the entry; left out: the root entry of the context. */
                      metadata?: components['schemas']['AddressIn'];
                      /** @description Which of its 64 entries; 0. */
                      slot?: number;
                      /** @description Of GUEST_REQUEST: frame of the request, a message as the guest enciphered it. */
                      request?: components['schemas']['AddressIn'];
                      /** @description Of GUEST_REQUEST: frame of the response, a Firmware page. */
                      response?: components['schemas']['AddressIn'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'mmap';
                      start: components['schemas']['AddressIn'];
                      /** @description Bytes: a multiple of 4096, at most 68719476736. */
                      size: components['schemas']['SizeIn'];
                      protection?: components['schemas']['Protection'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'munmap';
                      start: components['schemas']['AddressIn'];
                      /** @description Bytes: a multiple of 4096, at most 68719476736. */
                      size: components['schemas']['SizeIn'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'mprotect';
                      start: components['schemas']['AddressIn'];
                      /** @description Bytes: a multiple of 4096, at most 68719476736. */
                      size: components['schemas']['SizeIn'];
                      protection: components['schemas']['Protection'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'madvise';
                      /** @description Exactly one of hva and gpa. */
                      hva?: components['schemas']['AddressIn'];
                      gpa?: components['schemas']['AddressIn'];
                      /** @description Bytes: a multiple of 4096, at most 68719476736. */
                      size: components['schemas']['SizeIn'];
                      /** @enum {string} */
                      advice: 'HUGEPAGE' | 'NOHUGEPAGE' | 'COLLAPSE' | 'DONTNEED' | 'REMOVE';
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'khugepaged';
                      hva?: components['schemas']['AddressIn'];
                      gpa?: components['schemas']['AddressIn'];
                      /** @description Bytes: a multiple of 4096, at most 68719476736. */
                      size?: components['schemas']['SizeIn'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'pin';
                      /** @description Exactly one of hva and gpa. */
                      hva?: components['schemas']['AddressIn'];
                      gpa?: components['schemas']['AddressIn'];
                      /** @description Bytes: a multiple of 4096, at most 68719476736. */
                      size: components['schemas']['SizeIn'];
                      /** @description false takes the pin away, also from frames that the range had before. */
                      pinned: boolean;
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'leaf-state';
                      /** @description Exactly one of hva and gpa. */
                      hva?: components['schemas']['AddressIn'];
                      gpa?: components['schemas']['AddressIn'];
                      /** @description Bytes: a multiple of 4096, at most 68719476736. */
                      size: components['schemas']['SizeIn'];
                      /** @enum {string} */
                      change: 'swap-out' | 'migrate' | 'numa-hint' | 'restore';
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'kernel-map';
                      /** @description The guest page that KVM maps for writing. */
                      gpa: components['schemas']['AddressIn'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'kernel-unmap';
                      /** @description Number of the map. */
                      map: number;
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                  | {
                      /** @constant */
                      op: 'read-page';
                      gpa: components['schemas']['AddressIn'];
                      /** @description Why, in a sentence. */
                      text?: string;
                      /** @description Fields of the answer and their values: an object needs only the members that matter, a list is compared whole, a number also equals hex text. `bytes` is what each byte read should be, `problem` the code of a refusal. */
                      expect?: {
                        [key: string]: unknown;
                      };
                      /** @description What is expected under one generation, in place of `expect`. */
                      under?: {
                        [key: string]: {
                          [key: string]: unknown;
                        };
                      };
                    }
                )[];
              }
          )[];
        };
      };
    };
    responses: {
      /** @description What came of it */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ScenarioRun'];
        };
      };
      /** @description malformed-http, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field, address-out-of-range, limit-exceeded */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description body-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description backing-refused */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections, too-many-runs */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  scenarioSchema: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The document */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': string;
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  decode: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "text": "SEV-SNP: PFN 0x40fdf36, RMP entry: [0x6010fffffffff001 - 0x000000000000001f]"
         *     }
         */
        'application/json': components['schemas']['DecodeBody'];
        'text/plain': string;
      };
    };
    responses: {
      /** @description What the log says */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Decoded'];
        };
      };
      /** @description malformed-http, malformed-json, duplicate-key, forbidden-key, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description log-too-large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unsupported-media-type */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  index: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description HTML */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  asset: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description Name of the file, as the page names it.
         * @example index.js
         */
        file: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A script, a style, a font or a picture */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
      /** @description malformed-http, malformed-url, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unknown-route */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  docs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description HTML */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  problems: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description HTML */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  openapi: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The document */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': string;
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  asyncapi: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The document */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': string;
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Text */
      200: {
        headers: {
          /** @description The request's id */
          'x-request-id'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/plain; version=0.0.4; charset=utf-8': string;
        };
      };
      /** @description malformed-http, unknown-field, invalid-field */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description host-not-allowed, origin-not-allowed */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description request-timeout */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description expect-not-supported */
      417: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description too-many-connections */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description headers-too-large */
      431: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
