//! Memory for one call. Each call has a fresh instance, so memory is handed out from one end to the other and never taken back; and what an
//! ordinary event needs is there from the start, since asking the host for more takes longer than all the rest. A plugin works without
//! this file, too.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};

/// Bytes that are there from the start. What does not fit goes the usual way.
const ROOM: usize = 128 * 1024;

#[repr(align(16))]
struct Room([u8; ROOM]);

struct Arena {
    room: UnsafeCell<Room>,
    used: Cell<usize>,
}

#[global_allocator]
static ARENA: Arena = Arena { room: UnsafeCell::new(Room([0; ROOM])), used: Cell::new(0) };

// SAFETY: a plugin has one thread.
unsafe impl Sync for Arena {}

// SAFETY: no two blocks overlap, since `used` only grows; blocks begin as they are to be aligned, since the room itself is aligned by 16 and
// nothing that asks for more is served from it.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let begin = self.used.get().next_multiple_of(layout.align());
        match begin.checked_add(layout.size()) {
            Some(end) if end <= ROOM && layout.align() <= 16 => {
                self.used.set(end);
                unsafe { self.room.get().cast::<u8>().add(begin) }
            }
            _ => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let room = self.room.get().cast::<u8>() as usize;
        if !(room..room + ROOM).contains(&(block as usize)) {
            unsafe { System.dealloc(block, layout) }
        }
    }
}
