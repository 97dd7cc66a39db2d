"""What a row of the desk says that depends on the time or on who reads it."""

from django import template

from leads import moments

register = template.Library()

register.filter("holder", moments.holder)
register.filter("first_contact", moments.first_contact)
register.filter("follow_up", moments.follow_up)
register.filter("in_words", moments.in_words)
