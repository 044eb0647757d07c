/*
 * What the two C machines have in common: the address layout, the VMAs, the ring of event records, and the four calls by which
 * workload.c drives whichever of them it is linked with.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>
#include <stdint.h>

enum { PAGE_SHIFT = 12, REGION_SHIFT = 21, REGION_PAGES = 512, RING_EVENTS = 65536, VMAS_MAX = 16 };

/* What a host write comes to. */
enum outcome { WRITE_OK, WRITE_SPLIT, WRITE_SIGBUS, WRITE_SEGV, OUTCOMES };

struct vma {
	uint64_t start, end;
};

/* One record per write: 32 bytes, the size of a binary event of the service. */
struct event {
	uint32_t seq, outcome;
	uint64_t hva;
	uint32_t pfn, length, vma, vm;
};

extern struct vma vmas[VMAS_MAX];
extern int vma_count, vma_last;
extern struct event ring[RING_EVENTS];
extern uint32_t next_seq;

/* Bytes that the machine holds per its own account. */
extern size_t machine_bytes;

/* An empty machine for this many frames. */
void machine_reset(uint32_t frames);
void machine_map_2m(uint64_t hva, uint64_t pfn);
/* One 4K RMPUPDATE: the frame is the guest's from now on. */
void machine_make_private(uint32_t pfn, uint32_t asid);
enum outcome machine_write(uint64_t hva, uint32_t length);

/* Index of the VMA that holds an address, or -1. Accesses come in runs, so the last answer is tried first. */
static inline int vma_find(uint64_t hva)
{
	if (hva >= vmas[vma_last].start && hva < vmas[vma_last].end)
		return vma_last;
	int low = 0, high = vma_count - 1;
	while (low <= high) {
		int middle = (low + high) / 2;
		if (hva < vmas[middle].start)
			high = middle - 1;
		else if (hva >= vmas[middle].end)
			low = middle + 1;
		else
			return vma_last = middle;
	}
	return -1;
}

static inline enum outcome record(enum outcome outcome, uint64_t hva, uint64_t pfn, uint32_t length, int vma)
{
	struct event *event = &ring[next_seq % RING_EVENTS];
	*event = (struct event){ next_seq++, outcome, hva, (uint32_t)pfn, length, (uint32_t)vma, 1 };
	return outcome;
}

#endif
