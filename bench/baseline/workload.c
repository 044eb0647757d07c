/*
 * Runs the workload of bench/workload.ts on the machine that it is linked with: 4 GiB mapped by 2M leaves, 30 % of the pages private
 * one by one, then a million host writes at random addresses and a million more. Prints one line of JSON. An argument restricts the
 * writes to that many pages.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "machine.h"

enum { PAGES = 4 << 18, WRITES = 1000000, LOW_PAGES = 3 << 18, RESIDENT_FROM = 1 << 18, WRITE_LENGTH = 8, ASID = 1 };
static const uint64_t HVA_BASE = 0x7f0000000000ull, HOLE = 1ull << 30;

struct vma vmas[VMAS_MAX];
int vma_count, vma_last;
struct event ring[RING_EVENTS];
uint32_t next_seq;
size_t machine_bytes;

static uint8_t is_private[PAGES];
static uint64_t addresses[2][WRITES];

/* xorshift32, the same numbers as in workload.ts. */
static uint32_t random32(void)
{
	static uint32_t state = 2463534242u;
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* The fourth GiB lies above a hole, as it does in a VM with devices below 4 GiB. */
static uint64_t hva_of(uint32_t page)
{
	return HVA_BASE + (page >= LOW_PAGES ? HOLE : 0) + ((uint64_t)page << PAGE_SHIFT);
}

static double now_ns(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

static void add_vma(uint64_t start, uint64_t bytes)
{
	vmas[vma_count++] = (struct vma){ start, start + bytes };
}

static void build(void)
{
	machine_bytes = 0;
	machine_reset(PAGES);
	vma_count = vma_last = 0;
	next_seq = 0;
	/* The program's own mappings: what makes a VMA look-up worth its name. */
	for (uint64_t i = 0; i < 12; i++)
		add_vma(0x550000000000ull + (i << 28), 1 << 24);
	add_vma(HVA_BASE, (uint64_t)LOW_PAGES << PAGE_SHIFT);
	add_vma(hva_of(LOW_PAGES), (uint64_t)(PAGES - LOW_PAGES) << PAGE_SHIFT);
	for (uint32_t page = 0; page < PAGES; page += REGION_PAGES)
		machine_map_2m(hva_of(page), page);
}

static double write_all(const uint64_t *at, uint32_t *counts)
{
	double start = now_ns();
	for (uint32_t i = 0; i < WRITES; i++)
		counts[machine_write(at[i], WRITE_LENGTH)]++;
	return (now_ns() - start) / WRITES;
}

int main(int argc, char **argv)
{
	uint32_t resident = argc > 1 ? (uint32_t)atoi(argv[1]) : 0;
	for (uint32_t page = 0; page < PAGES; page++)
		is_private[page] = random32() % 10 < 3;
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < WRITES; i++) {
			uint32_t page = resident ? RESIDENT_FROM + random32() % resident : random32() % PAGES;
			addresses[pass][i] = hva_of(page) + (random32() & 511) * 8;
		}

	double make_private = 0, first = 0, second = 0;
	uint32_t counts[OUTCOMES], ignored[OUTCOMES];
	/* The first time warms the processor and the allocator; the second is what counts. */
	for (int time = 0; time < 2; time++) {
		uint32_t privates = 0;
		for (int i = 0; i < OUTCOMES; i++)
			counts[i] = ignored[i] = 0;
		build();
		double start = now_ns();
		for (uint32_t page = 0; page < PAGES; page++)
			if (is_private[page]) {
				machine_make_private(page, ASID);
				privates++;
			}
		make_private = (now_ns() - start) / privates;
		first = write_all(addresses[0], counts);
		second = write_all(addresses[1], ignored);
	}
	printf("{\"privateNs\":%.2f,\"firstNs\":%.2f,\"secondNs\":%.2f,\"counts\":[%u,%u,%u],\"bytesPerPage\":%.2f}\n", make_private,
	       first, second, counts[WRITE_OK], counts[WRITE_SPLIT], counts[WRITE_SIGBUS], (double)machine_bytes / PAGES);
	return 0;
}
