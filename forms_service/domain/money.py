"""Money: exact amounts as Decimal, two places where they are printed."""

from decimal import Decimal

Money = Decimal
