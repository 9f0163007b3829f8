//! Many short lists in two pieces of memory, where a `Vec` of `Vec`s would take one for each and more than it needs; and
//! words by hash in one.

use super::WordId;

/// Lists by number.
#[derive(Debug)]
pub struct Lists<T> {
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Lists<T> {
    /// The list of this number; an empty one when there is none.
    pub fn get(&self, number: usize) -> &[T] {
        let end = |number: usize| self.ends.get(number).map(|&end| end as usize);
        let start = number.checked_sub(1).map_or(Some(0), end);
        start.zip(end(number)).and_then(|(start, end)| self.items.get(start..end)).unwrap_or_default()
    }
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T, L: IntoIterator<Item = T>> FromIterator<L> for Lists<T> {
    fn from_iter<I: IntoIterator<Item = L>>(lists: I) -> Self {
        let mut all = Self::default();
        for list in lists {
            all.items.extend(list);
            all.ends.push(u32::try_from(all.items.len()).unwrap_or(u32::MAX));
        }
        all.items.shrink_to_fit();
        all.ends.shrink_to_fit();
        all
    }
}

/// Words by the hash of a text; two texts with one hash are for the asker to tell apart.
#[derive(Debug, Default)]
pub struct ByHash(Vec<(u64, WordId)>);

impl ByHash {
    /// The words of these hashes.
    pub fn new(entries: impl Iterator<Item = (u64, WordId)>) -> Self {
        let mut entries: Vec<_> = entries.collect();
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        Self(entries)
    }

    /// The words with this hash.
    pub fn get(&self, hash: u64) -> impl Iterator<Item = WordId> {
        let from = self.0.partition_point(|(known, _)| *known < hash);
        self.0.iter().skip(from).take_while(move |(known, _)| *known == hash).map(|&(_, word)| word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_is_found_by_its_number() {
        let lists: Lists<u8> = [vec![1, 2], vec![], vec![3]].into_iter().collect();
        assert_eq!((0..4).map(|number| lists.get(number)).collect::<Vec<_>>(), [&[1, 2][..], &[], &[3], &[]]);
    }
}
