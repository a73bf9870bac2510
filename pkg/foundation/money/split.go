package money

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
)

// Split divides total in proportion to the weights: the parts sum to total, and each is within one fen of its exact
// share. What rounding down leaves over goes, a fen each, to the largest remainders, of equal ones to the first. A
// negative total splits as its mirror image. Weights that are all zero count as equal. It panics on a negative weight,
// and on a total other than zero without weights.
func Split(total Fen, weights []int64) []Fen {
	if len(weights) == 0 && total != 0 {
		panic(fmt.Sprintf("money: %s split among nobody", total))
	}
	if total < 0 {
		parts := Split(-total, weights)
		for i := range parts {
			parts[i] = -parts[i]
		}
		return parts
	}
	shares, sum := proportions(weights)
	parts, remainders, left := make([]Fen, len(weights)), make([]*big.Int, len(weights)), total
	for i, share := range shares {
		exact := new(big.Int).Mul(big.NewInt(int64(total)), share)
		quotient, remainder := exact.QuoRem(exact, sum, new(big.Int))
		parts[i], remainders[i] = Fen(quotient.Int64()), remainder
		left -= parts[i]
	}
	for _, i := range byRemainder(remainders)[:left] {
		parts[i]++
	}
	return parts
}

// proportions gives the weights and their sum, all ones when every weight is zero.
func proportions(weights []int64) (shares []*big.Int, sum *big.Int) {
	sum = new(big.Int)
	for i, w := range weights {
		if w < 0 {
			panic(fmt.Sprintf("money: weight %d of a split is %d", i, w))
		}
		shares = append(shares, big.NewInt(w))
		sum.Add(sum, shares[i])
	}
	if sum.Sign() == 0 {
		for _, share := range shares {
			share.SetInt64(1)
		}
		sum.SetInt64(int64(len(shares)))
	}
	return shares, sum
}

// byRemainder gives the indexes of the remainders, largest first, equal ones in their order.
func byRemainder(remainders []*big.Int) []int {
	order := make([]int, len(remainders))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(remainders[b].Cmp(remainders[a]), a-b)
	})
	return order
}
