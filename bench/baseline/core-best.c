/*
 * The machine laid out for the cache: a byte of flags per frame is all of the RMP that a host write looks at (ASID and gpa lie
 * aside), a counter per 2M region answers for a 2M mapping, and a mapping is four bytes per region. A split clears a bit there: a
 * page-table entry of its own would be stored only for a page that deviates, and here none does.
 */
#include <stdlib.h>
#include <string.h>

#include "machine.h"

enum { ASSIGNED = 1, VALIDATED = 2 };

/* A region's mapping: frame region << 2, and these. */
enum { PRESENT = 1, MAPPED_2M = 2, REGION_NUMBER = 2 };

enum { GIB_SHIFT = 30, GIBS_MAPPED_MAX = 64, GIBS_OF_USER_SPACE = 1 << (47 - GIB_SHIFT) };

static uint8_t *flags;		  /* by frame */
static uint16_t *asids;		  /* by frame, off the hot path */
static uint32_t *gfns;		  /* by frame, off the hot path */
static uint16_t *assigned_pages; /* by region */
static int8_t block_of_gib[GIBS_OF_USER_SPACE];
static uint32_t mappings[GIBS_MAPPED_MAX][512];
static int blocks;

void machine_reset(uint32_t frames)
{
	flags = calloc(frames, sizeof *flags);
	asids = calloc(frames, sizeof *asids);
	gfns = calloc(frames, sizeof *gfns);
	assigned_pages = calloc(frames / REGION_PAGES, sizeof *assigned_pages);
	memset(block_of_gib, -1, sizeof block_of_gib);
	memset(mappings, 0, sizeof mappings);
	blocks = 0;
	machine_bytes += frames * (sizeof *flags + sizeof *asids + sizeof *gfns);
	machine_bytes += frames / REGION_PAGES * (sizeof *assigned_pages + sizeof **mappings);
}

void machine_map_2m(uint64_t hva, uint64_t pfn)
{
	int8_t *block = &block_of_gib[hva >> GIB_SHIFT];
	if (*block < 0)
		*block = (int8_t)blocks++;
	mappings[*block][(hva >> REGION_SHIFT) % 512] = (uint32_t)(pfn / REGION_PAGES) << REGION_NUMBER | MAPPED_2M | PRESENT;
}

void machine_make_private(uint32_t pfn, uint32_t asid)
{
	if (!(flags[pfn] & ASSIGNED))
		assigned_pages[pfn / REGION_PAGES]++;
	flags[pfn] = ASSIGNED | VALIDATED;
	asids[pfn] = (uint16_t)asid;
	gfns[pfn] = pfn;
}

enum outcome machine_write(uint64_t hva, uint32_t length)
{
	int vma = vma_find(hva);
	if (vma < 0)
		return record(WRITE_SEGV, hva, 0, length, vma);
	int block = block_of_gib[hva >> GIB_SHIFT];
	if (block < 0)
		return record(WRITE_SEGV, hva, 0, length, vma);
	uint32_t *mapping = &mappings[block][(hva >> REGION_SHIFT) % 512];
	if (!(*mapping & PRESENT))
		return record(WRITE_SEGV, hva, 0, length, vma);
	uint32_t region = *mapping >> REGION_NUMBER;
	uint32_t pfn = region * REGION_PAGES + (hva >> PAGE_SHIFT) % REGION_PAGES;
	if (!assigned_pages[region])
		return record(WRITE_OK, hva, pfn, length, vma);
	if (flags[pfn] & ASSIGNED)
		return record(WRITE_SIGBUS, hva, pfn, length, vma);
	if (!(*mapping & MAPPED_2M))
		return record(WRITE_OK, hva, pfn, length, vma);
	*mapping &= ~(uint32_t)MAPPED_2M;
	return record(WRITE_SPLIT, hva, pfn, length, vma);
}
