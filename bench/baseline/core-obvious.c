/*
 * The machine as one writes it down from the manual: RMP entries of 16 bytes, page-table entries of 8, a walk over four levels. A
 * region's RMP is there from the first private page on; a split replaces a 2M leaf by a table of 512 entries.
 */
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define PRESENT (1ull << 0)
#define LEAF (1ull << 7)
#define FRAME_MASK 0x000ffffffffff000ull
#define ASSIGNED (1ull << 0)
#define VALIDATED (1ull << 1)

struct rmp_entry {
	uint64_t low, high;
};

static uint64_t *root;
static struct rmp_entry **rmp;	  /* by region */
static uint16_t *assigned_pages; /* by region: is any page below a 2M mapping assigned? */

static uint64_t *new_table(void)
{
	uint64_t *table = aligned_alloc(4096, 4096);
	machine_bytes += 4096;
	return memset(table, 0, 4096);
}

static uint64_t *table_of(uint64_t entry)
{
	return (uint64_t *)(entry & FRAME_MASK);
}

static unsigned index_at(uint64_t hva, int shift)
{
	return (hva >> shift) & 511;
}

void machine_reset(uint32_t frames)
{
	uint32_t regions = frames / REGION_PAGES;
	root = new_table();
	rmp = calloc(regions, sizeof *rmp);
	assigned_pages = calloc(regions, sizeof *assigned_pages);
	machine_bytes += regions * (sizeof *rmp + sizeof *assigned_pages);
}

void machine_map_2m(uint64_t hva, uint64_t pfn)
{
	uint64_t *table = root;
	for (int shift = 39; shift > REGION_SHIFT; shift -= 9) {
		uint64_t *entry = &table[index_at(hva, shift)];
		if (!*entry)
			*entry = (uint64_t)new_table() | PRESENT;
		table = table_of(*entry);
	}
	table[index_at(hva, REGION_SHIFT)] = (pfn << PAGE_SHIFT) | PRESENT | LEAF;
}

void machine_make_private(uint32_t pfn, uint32_t asid)
{
	uint32_t region = pfn / REGION_PAGES;
	if (!rmp[region]) {
		rmp[region] = calloc(REGION_PAGES, sizeof **rmp);
		machine_bytes += REGION_PAGES * sizeof **rmp;
	}
	struct rmp_entry *entry = &rmp[region][pfn % REGION_PAGES];
	if (!(entry->low & ASSIGNED))
		assigned_pages[region]++;
	entry->low = ASSIGNED | VALIDATED | ((uint64_t)asid << 8);
	entry->high = (uint64_t)pfn << PAGE_SHIFT;
}

static int is_assigned(uint64_t pfn)
{
	struct rmp_entry *entries = rmp[pfn / REGION_PAGES];
	return entries && (entries[pfn % REGION_PAGES].low & ASSIGNED);
}

static void split(uint64_t *leaf)
{
	uint64_t first = *leaf & FRAME_MASK;
	uint64_t *table = new_table();
	for (uint64_t i = 0; i < REGION_PAGES; i++)
		table[i] = (first + (i << PAGE_SHIFT)) | PRESENT;
	*leaf = (uint64_t)table | PRESENT;
}

enum outcome machine_write(uint64_t hva, uint32_t length)
{
	int vma = vma_find(hva);
	if (vma < 0)
		return record(WRITE_SEGV, hva, 0, length, vma);
	uint64_t *table = root, *entry;
	for (int shift = 39;; shift -= 9) {
		entry = &table[index_at(hva, shift)];
		if (!(*entry & PRESENT))
			return record(WRITE_SEGV, hva, 0, length, vma);
		if (shift == REGION_SHIFT)
			break;
		table = table_of(*entry);
	}
	if (!(*entry & LEAF)) {
		uint64_t pfn = (table_of(*entry)[index_at(hva, PAGE_SHIFT)] & FRAME_MASK) >> PAGE_SHIFT;
		return record(is_assigned(pfn) ? WRITE_SIGBUS : WRITE_OK, hva, pfn, length, vma);
	}
	uint64_t pfn = ((*entry & FRAME_MASK) >> PAGE_SHIFT) + index_at(hva, PAGE_SHIFT);
	if (!assigned_pages[pfn / REGION_PAGES])
		return record(WRITE_OK, hva, pfn, length, vma);
	if (is_assigned(pfn))
		return record(WRITE_SIGBUS, hva, pfn, length, vma);
	split(entry);
	return record(WRITE_SPLIT, hva, pfn, length, vma);
}
